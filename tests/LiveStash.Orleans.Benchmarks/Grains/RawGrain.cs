using Orleans.Concurrency;

namespace LiveStash.Orleans.Benchmarks.Grains;

internal sealed class RawGrain : Grain, IRawGrain
{
    private byte[] _value = [];

    public ValueTask PutAsync(byte[] value)
    {
        _value = value;
        return default;
    }

    public ValueTask<Immutable<byte[]>> GetAsync() => new(new Immutable<byte[]>(_value));
}
