namespace LiveStash.Benchmarks.Circuits;

/// <summary>Counts the calls of an engine.</summary>
internal sealed class CountingEngine(IStashEngine engine) : IStashEngine
{
    public const string Name = "counting";

    private long _calls;

    public long Calls => Interlocked.Read(ref _calls);

    public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return engine.OpenAsync(id, mode, terms, cancellationToken);
    }

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return engine.WriteAsync(id, write, cancellationToken);
    }

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return engine.TouchAsync(id, epoch, terms, cancellationToken);
    }

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return engine.ClearAsync(id, epoch, cancellationToken);
    }
}
