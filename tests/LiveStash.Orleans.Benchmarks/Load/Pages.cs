using System.Diagnostics;
using LiveStash.Orleans.Benchmarks.Hosting;

namespace LiveStash.Orleans.Benchmarks.Load;

/// <summary>A page that saves all the time.</summary>
internal static class Pages
{
    /// <summary>What a page waits at most: for the timer of its next click, for the dispatcher and for the answer.</summary>
    public static async Task<(TimeSpan Longest, TimeSpan Collecting, int Writes)> LongestWaitAsync(BenchmarkSilo silo, StashDurability durability, CancellationToken stop)
    {
        var stash = new BenchmarkStash(silo.NewEngine);
        var terms = new StashTerms(TimeSpan.FromDays(10), durability);
        var value = new byte[256];
        await stash.WriteAsync(value, terms, replace: true);
        var (longest, collecting) = (TimeSpan.Zero, TimeSpan.Zero);
        var writes = 0;
        for (; !stop.IsCancellationRequested; writes++)
        {
            var (started, paused) = (Stopwatch.GetTimestamp(), GC.GetTotalPauseDuration());
            await Task.Delay(1, CancellationToken.None);
            await stash.WriteAsync(value, terms, replace: false);
            var took = Stopwatch.GetElapsedTime(started);
            if (took > longest)
            {
                (longest, collecting) = (took, GC.GetTotalPauseDuration() - paused);
            }
        }

        return (longest, collecting, writes);
    }
}
