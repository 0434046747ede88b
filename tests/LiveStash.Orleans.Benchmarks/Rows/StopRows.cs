using System.Diagnostics;
using System.Globalization;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>One of two silos is stopped as its host stops it, with half a million stashes in its memory alone (quick mode: 50,000).</summary>
internal sealed class StopRows(RunOptions options, RowReport report)
{
    private const string Lost = "stop-lost";
    private const string Took = "stop-took";
    private const string Wait = "stop-wait";
    private const string Memory = "stop-memory";
    private const int PayloadBytes = ResidentRole.PayloadBytes;
    private const int InFlight = 64;
    private const int Pages = 16;
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(12));

    public async Task RunAsync()
    {
        if (!report.Wants(Lost, Took, Wait, Memory))
        {
            return;
        }

        var count = options.IsFull ? 500_000 : 50_000;
        await using var staying = await BenchmarkSilo.StartAsync();
        await using var leaving = await ChildProcess.StartAsync("silo", $"{staying.SiloPort}");
        var address = SiloAddress.FromParsableString(await leaving.AskAsync("address"));
        var stashes = Enumerable.Range(0, count).Select(_ => new BenchmarkStash(staying.NewEngine)).ToArray();
        await LoadDriver.EachAsync(count, InFlight, i =>
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, address);
            return stashes[i].WriteAsync(new byte[PayloadBytes], Terms, replace: true);
        });
        var there = int.Parse(await leaving.AskAsync("count"), CultureInfo.InvariantCulture);
        if (there < count)
        {
            throw new InvalidOperationException($"Only {there} of {count} stashes are on the silo that stops.");
        }

        using var stop = new CancellationTokenSource();
        var waits = Enumerable.Range(0, Pages).Select(page => Task.Run(() => LongestWaitAsync(stashes.AsMemory(page * (count / Pages), count / Pages), stop.Token))).ToArray();
        await Task.Delay(2000, CancellationToken.None);
        var before = await WorkingSetsAsync(leaving);
        var peak = 0L;
        using var watch = new Timer(_ => peak = Math.Max(peak, Environment.WorkingSet), null, 0, 20);
        var answer = Array.ConvertAll((await leaving.AskAsync("stop")).Split(' '), static number => long.Parse(number, CultureInfo.InvariantCulture));
        var (took, leavingPeak, counted) = (TimeSpan.FromMilliseconds(answer[0]), answer[1], answer[2]);
        await Task.Delay(2000, CancellationToken.None);
        await stop.CancelAsync();
        var longest = (await Task.WhenAll(waits)).Max();

        var found = 0;
        await LoadDriver.EachAsync(count, InFlight, async i =>
        {
            if (await stashes[i].IsThereAsync(PayloadBytes))
            {
                Interlocked.Increment(ref found);
            }
        });

        var scale = options.IsFull ? $"{count:#,0} stashes of 1 KB" : $"{count:#,0} stashes of 1 KB (500,000 with --full)";
        report.Add(Lost, new(count - found), "stashes", Budget.AtMost(0), $"{scale}; the silo counted {counted}");
        report.Add(Took, new(took.TotalSeconds), "s", Budget.AtMost(BenchmarkSilo.ShutdownTimeout.TotalSeconds), $"{scale}; from the host's stop to its end");
        report.Add(Wait, new(longest.TotalMilliseconds), "ms", Budget.AtMost(1000), $"{scale}; longest wait of {Pages} pages that write to them meanwhile");
        report.Add(Memory, new((leavingPeak - before.Leaving) / 1e6), "MB more", null,
            $"{scale}; working set of the silo that stops, {before.Leaving / 1e6:#,0} MB before; of the one that takes them {(peak - before.Staying) / 1e6:#,0} MB more, {before.Staying / 1e6:#,0} MB before");
    }

    private static async Task<(long Leaving, long Staying)> WorkingSetsAsync(ChildProcess leaving) =>
        (long.Parse(await leaving.AskAsync("memory"), CultureInfo.InvariantCulture), Environment.WorkingSet);

    private static async Task<TimeSpan> LongestWaitAsync(ReadOnlyMemory<BenchmarkStash> stashes, CancellationToken stop)
    {
        var value = new byte[PayloadBytes];
        var longest = TimeSpan.Zero;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await Task.Delay(10, CancellationToken.None);
            var started = Stopwatch.GetTimestamp();
            try
            {
                await stashes.Span[i % stashes.Length].WriteAsync(value, Terms, replace: false);
            }
            catch (InvalidOperationException)
            {
                // Lost, or refused: it is counted in the end.
            }

            var took = Stopwatch.GetElapsedTime(started);
            longest = took > longest ? took : longest;
        }

        return longest;
    }
}
