namespace LiveStash.Watching;

/// <summary>How many circuits this server has.</summary>
internal sealed class CircuitCount
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public void Opened() => Interlocked.Increment(ref _open);

    public void Closed() => Interlocked.Decrement(ref _open);
}
