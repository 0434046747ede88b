namespace LiveStash.Orleans.Benchmarks.Grains;

internal sealed class RawGrain : Grain, IRawGrain
{
    private byte[] _value = [];

    public ValueTask PutAsync(byte[] value)
    {
        _value = value;
        return default;
    }

    public ValueTask<byte[]> GetAsync() => new(_value);
}
