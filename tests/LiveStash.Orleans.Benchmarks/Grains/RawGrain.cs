using Orleans.Concurrency;

namespace LiveStash.Orleans.Benchmarks.Grains;

internal sealed class RawGrain : Grain, IRawGrain
{
    private byte[] _value = [];
    private long _version;

    public ValueTask PutAsync(byte[] value)
    {
        _value = value;
        return default;
    }

    public ValueTask<RawAnswer> PutAnsweredAsync(byte[] value)
    {
        _value = value;
        return new(new RawAnswer(++_version));
    }

    public ValueTask<Immutable<byte[]>> GetAsync() => new(new Immutable<byte[]>(_value));
}
