using System.Diagnostics;
using System.Text;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>
/// Writers that behave as pages do: each stash has one owner, who sends deltas one after the other, settles a VersionMismatch by
/// a replace on the version that it told, and remembers what was acknowledged.
/// </summary>
internal sealed class LoadWriter(IStashEngine engine, int stashes, StashTerms terms, int payloadBytes = 64)
{
    private readonly Owned[] _owned = [.. Enumerable.Range(0, stashes).Select(_ => new Owned())];
    private int _calls;
    private int _mismatches;
    private long _worst;

    /// <summary>Calls answered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Writes whose first answer was lost on the way, so that the repetition met its own effect.</summary>
    public int Mismatches => Volatile.Read(ref _mismatches);

    public TimeSpan Worst => TimeSpan.FromTicks(Volatile.Read(ref _worst));

    /// <summary>Every answer that a page would have seen as a failure.</summary>
    public List<string> Failures { get; } = [];

    public IEnumerable<StashId> Ids => _owned.Select(owned => owned.Id);

    /// <summary>Makes all stashes.</summary>
    public Task CreateAsync(int writers = 16) => EachAsync(writers, owned => WriteAsync(owned, replace: true));

    /// <summary>Writes to all stashes in turn until cancelled.</summary>
    public async Task RunAsync(int writers, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await EachAsync(writers, owned => stop.IsCancellationRequested ? Task.CompletedTask : WriteAsync(owned, replace: false));
        }
    }

    /// <summary>The stashes whose last acknowledged write is not there.</summary>
    public async Task<IReadOnlyList<StashId>> LostAsync(IStashEngine? reader = null)
    {
        var lost = new List<StashId>();
        await EachAsync(16, async owned =>
        {
            var opened = await (reader ?? engine).OpenAsync(owned.Id, StashOpenMode.Read, terms);
            if (!opened.IsOk || opened.Version < owned.Version || Text(opened.Entries.Single(entry => entry.Name == "count")) < owned.Count)
            {
                lock (lost)
                {
                    lost.Add(owned.Id);
                }
            }
        });
        return lost;
    }

    private async Task WriteAsync(Owned owned, bool replace)
    {
        var next = owned.Count + 1;
        var started = Stopwatch.GetTimestamp();
        var result = await SendAsync(owned, owned.Version, next, replace);
        for (var left = 3; result.Outcome == StashOutcome.VersionMismatch && left > 0; left--)
        {
            Interlocked.Increment(ref _mismatches);
            result = await SendAsync(owned, Math.Max(owned.Version, result.Version), next, replace: true);
        }

        var elapsed = Stopwatch.GetElapsedTime(started).Ticks;
        for (var worst = Volatile.Read(ref _worst); elapsed > worst; worst = Volatile.Read(ref _worst))
        {
            Interlocked.CompareExchange(ref _worst, elapsed, worst);
        }

        Interlocked.Increment(ref _calls);
        if (result.IsOk)
        {
            (owned.Version, owned.Count) = (result.Version, next);
        }
        else
        {
            lock (Failures)
            {
                Failures.Add($"{result.Outcome}: {result.Detail}");
            }
        }
    }

    private ValueTask<StashResult> SendAsync(Owned owned, long version, long count, bool replace)
    {
        StashEntry[] entries = [new("count", Encoding.UTF8.GetBytes($"{count}"))];
        if (replace)
        {
            entries = [.. entries, new("payload", new byte[payloadBytes])];
        }

        return engine.WriteAsync(owned.Id, new() { Epoch = 1, BaseVersion = version, Replace = replace, Changed = entries, Terms = terms });
    }

    private async Task EachAsync(int workers, Func<Owned, Task> action)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < _owned.Length; i = Interlocked.Increment(ref next))
            {
                await action(_owned[i]);
            }
        })));
    }

    private static long Text(StashEntry entry) => long.Parse(Encoding.UTF8.GetString(entry.Value.Span));

    private sealed class Owned
    {
        public StashId Id { get; } = StashId.New();

        public long Version { get; set; }

        public long Count { get; set; }
    }
}
