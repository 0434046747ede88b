using System.Diagnostics;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Storage;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>100,000 durable stashes expire at the same moment, while a page goes on saving.</summary>
internal sealed class ExpiryRows(RunOptions options, RowReport report)
{
    private const string Pause = "expiry-pause";
    private const string Drained = "expiry-drained";
    private const int Stashes = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task RunAsync()
    {
        if (!report.Wants(Pause, Drained))
        {
            return;
        }

        var (pauses, collections, left, seconds, rates) = (new Samples(), new Samples(), new Samples(), new Samples(), new Samples());
        for (var run = 0; run < (options.IsFull ? 5 : 1); run++)
        {
            var storage = new BenchmarkStorage();
            await using var silo = await BenchmarkSilo.StartAsync(storage);
            var end = DateTimeOffset.UtcNow.AddSeconds(20);
            var value = new byte[256];
            await LoadDriver.EachAsync(Stashes, 64, i => new BenchmarkStash(silo.NewEngine).WriteAsync(
                value, new(end - DateTimeOffset.UtcNow, StashDurability.WriteThrough), replace: true));
            if (storage.Rows != Stashes || DateTimeOffset.UtcNow > end)
            {
                throw new InvalidOperationException($"There are {storage.Rows} rows when the stashes expire.");
            }

            // Stashes are old when they expire; these have been made a moment ago.
            GC.Collect();
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, (end - DateTimeOffset.UtcNow).TotalSeconds)));
            using var stop = new CancellationTokenSource();
            var page = Task.Run(() => LongestPauseAsync(silo, stop.Token));
            var started = Stopwatch.GetTimestamp();
            while ((storage.Rows > 0 || storage.Reminders.Rows > 0) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(50);
            }

            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            left.Add(storage.Rows + storage.Reminders.Rows);
            await stop.CancelAsync();
            var (longest, collecting, writes) = await page;
            pauses.Add(longest.TotalMilliseconds);
            collections.Add(collecting.TotalMilliseconds);
            rates.Add(writes);
        }

        report.Add(Pause, pauses, "ms", Budget.AtMost(100), $"longest wait of a page that saves every ms, {rates.Median:#,0} times meanwhile; {Samples.Text(collections.Median)} ms of it garbage collection");
        report.Add(Drained, left, "rows left", Budget.AtMost(0), $"of storage and reminders of 100,000 stashes, {Samples.Text(seconds.Median)} s after they expired");
    }

    /// <summary>What a page waits at most: for the timer of its next click, for the dispatcher and for the answer.</summary>
    private static async Task<(TimeSpan Longest, TimeSpan Collecting, int Writes)> LongestPauseAsync(BenchmarkSilo silo, CancellationToken stop)
    {
        var stash = new BenchmarkStash(silo.NewEngine);
        var terms = new StashTerms(TimeSpan.FromHours(1));
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
