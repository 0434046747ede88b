using System.Runtime.CompilerServices;

namespace LiveStash.Orleans.Benchmarks.Load;

/// <summary>One stash of one entry, as its owner knows it.</summary>
internal sealed class BenchmarkStash
{
    public const string EntryName = "r:Shop.Pages.Order/Text";

    private long _version;
    private long _epoch = 1;

    public StashId Id { get; } = StashId.New();

    // Pooled, so that the benchmark's own allocations are not the engine's.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(IStashEngine engine, ReadOnlyMemory<byte> value, StashTerms terms, bool replace)
    {
        var result = await engine.WriteAsync(Id, new()
        {
            Epoch = _epoch,
            BaseVersion = _version,
            Replace = replace,
            Changed = new StashEntry[] { new(EntryName, value) },
            Terms = terms,
        });
        _version = result.IsOk ? result.Version : throw new InvalidOperationException($"{result.Outcome}: {result.Detail}");
    }

    /// <summary>Recovers, as a page does after a loss: it owns the stash from then on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask OpenAsync(IStashEngine engine, StashTerms terms)
    {
        var result = await engine.OpenAsync(Id, StashOpenMode.Own, terms);
        if (!result.IsOk || result.Entries.Count != 1)
        {
            throw new InvalidOperationException($"{result.Outcome}: {result.Detail}");
        }

        (_epoch, _version) = (result.Epoch, result.Version);
    }
}
