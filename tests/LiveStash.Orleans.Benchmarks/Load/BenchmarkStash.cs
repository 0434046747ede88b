using System.Runtime.CompilerServices;

namespace LiveStash.Orleans.Benchmarks.Load;

/// <summary>One stash of one entry, as its owner knows it: a circuit, with an engine of its own.</summary>
/// <param name="newEngine">Makes an engine as a new circuit gets it.</param>
internal sealed class BenchmarkStash(Func<IStashEngine> newEngine)
{
    public const string EntryName = "r:Shop.Pages.Order/Text";

    private IStashEngine _engine = newEngine();
    private long _version;
    private long _epoch = 1;

    public StashId Id { get; } = StashId.New();

    // Pooled, so that the benchmark's own allocations are not the engine's.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> value, StashTerms terms, bool replace)
    {
        var result = await _engine.WriteAsync(Id, new()
        {
            Epoch = _epoch,
            BaseVersion = _version,
            Replace = replace,
            Changed = new StashEntry[] { new(EntryName, value) },
            Terms = terms,
        });
        _version = result.IsOk ? result.Version : throw new InvalidOperationException($"{result.Outcome}: {result.Detail}");
    }

    /// <summary>Recovers, as a page does after a loss: in another circuit, which owns the stash from then on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask OpenAsync(StashTerms terms)
    {
        _engine = newEngine();
        var result = await _engine.OpenAsync(Id, StashOpenMode.Own, terms);
        if (!result.IsOk || result.Entries.Count != 1)
        {
            throw new InvalidOperationException($"{result.Outcome}: {result.Detail}");
        }

        (_epoch, _version) = (result.Epoch, result.Version);
    }

    /// <summary>Whether it is there, with so many bytes in its entry.</summary>
    public async ValueTask<bool> IsThereAsync(int bytes)
    {
        var result = await _engine.OpenAsync(Id, StashOpenMode.Read, new(TimeSpan.FromHours(12)));
        return result.IsOk && result.Version == _version && result.Entries is [{ Value.Length: var length }] && length == bytes;
    }
}
