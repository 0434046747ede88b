using System.Diagnostics;

namespace LiveStash.Benchmarks.Load;

/// <summary>Keeps a number of operations in flight for a while. The cost of the loop is in every run, the baselines' too.</summary>
internal static class LoadDriver
{
    /// <param name="inFlight">How many workers there are, each with one operation at a time.</param>
    /// <param name="duration">How long to start operations.</param>
    /// <param name="operation">Given the number of the worker and of its operation.</param>
    public static async Task<LoadRun> RunAsync(int inFlight, TimeSpan duration, Func<int, int, ValueTask> operation)
    {
        var started = Stopwatch.GetTimestamp();
        var allocated = GC.GetTotalAllocatedBytes();
        var end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var all = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(worker => Task.Run(() => WorkAsync(worker, end, operation))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        return Sum(all, elapsed, GC.GetTotalAllocatedBytes() - allocated);
    }

    /// <summary>One operation after the other, here and not on another thread. Only the whole is timed: a clock would cost as much as a short operation.</summary>
    public static async Task<LoadRun> InlineAsync(TimeSpan duration, Func<int, ValueTask> operation)
    {
        const int Batch = 64;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        do
        {
            for (var i = 0; i < Batch; i++)
            {
                await operation(count++);
            }
        }
        while (Stopwatch.GetElapsedTime(started) < duration);

        var elapsed = Stopwatch.GetElapsedTime(started);
        return new(count, elapsed, default, default, default, GC.GetTotalAllocatedBytes() - allocated);
    }

    /// <summary>Starts a number of operations at once and waits for all of them.</summary>
    public static async Task<LoadRun> StormAsync(int operations, Func<int, ValueTask> operation)
    {
        // Two cores start them as fast as they can; each operation's clock starts with it.
        var starters = Math.Min(Environment.ProcessorCount, operations);
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        var durations = new TimeSpan[operations];
        await Task.WhenAll(Enumerable.Range(0, starters).Select(starter => Task.Run(() =>
            Task.WhenAll(Enumerable.Range(0, operations).Where(i => i % starters == starter).Select(OneAsync).ToArray()))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var latencies = new Latencies();
        foreach (var duration in durations)
        {
            latencies.Add(duration);
        }

        return Sum([latencies], elapsed, GC.GetTotalAllocatedBytes() - allocated);

        async Task OneAsync(int i)
        {
            await operation(i);

            // From the storm's first moment: waiting for a turn is what a tab sees too.
            durations[i] = Stopwatch.GetElapsedTime(started);
        }
    }

    /// <summary>Does something for each number, with so many at a time.</summary>
    public static async Task EachAsync(int count, int inFlight, Func<int, ValueTask> action)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(inFlight, count)).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                await action(i);
            }
        })));
    }

    private static async Task<Latencies> WorkAsync(int worker, long end, Func<int, int, ValueTask> operation)
    {
        var latencies = new Latencies();
        var before = Stopwatch.GetTimestamp();
        for (var i = 0; before < end; i++)
        {
            await operation(worker, i);
            var after = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(before, after));
            before = after;
        }

        return latencies;
    }

    private static LoadRun Sum(Latencies[] parts, TimeSpan elapsed, long allocated)
    {
        var all = new Latencies();
        foreach (var part in parts)
        {
            all.Add(part);
        }

        return new(all.Count, elapsed, all.Percentile(0.5), all.Percentile(0.99), all.Max, allocated);
    }
}
