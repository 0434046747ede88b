using System.Globalization;
using LiveStash.Benchmarks.Load;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Circuits.Benchmarks.Load;

/// <summary>What visitors who click have cost one web server.</summary>
/// <param name="Latencies">From each click to its effect on the screen.</param>
/// <param name="ProcessorTime">Of the server, for each click.</param>
/// <param name="Bytes">Live on the server's heap, for each circuit.</param>
internal sealed record ClickRun(Latencies Latencies, TimeSpan ProcessorTime, double Bytes)
{
    private const int OpenAtOnce = 16;

    // In the first 10 s the runtime compiles again what clicks run through: 0.6 to 0.7 s, as much as a third of what they cost then.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    /// <summary>Opens circuits, has them clicked on, and takes the server's figures.</summary>
    public static async Task<ClickRun> MeasureAsync(NodeProcess server, int circuits, TimeSpan duration)
    {
        await using (var first = new Visitor(server.Address))
        {
            await first.OpenAsync(); // code and types are nobody's bytes
        }

        var empty = await HeapAsync(server);
        var visitors = Enumerable.Range(0, circuits).Select(_ => new Visitor(server.Address)).ToArray();
        try
        {
            await Parallel.ForEachAsync(visitors, new ParallelOptions { MaxDegreeOfParallelism = OpenAtOnce }, static async (visitor, _) => await visitor.OpenAsync());
            var time = TimeProvider.System;
            var from = time.GetTimestamp() + (long)(WarmUp.TotalSeconds * time.TimestampFrequency);
            var until = from + (long)(duration.TotalSeconds * time.TimestampFrequency);
            var clicking = Task.WhenAll(visitors.Select(visitor => visitor.ClickAsync(from, until)));
            await Task.Delay(WarmUp);
            var before = server.ProcessorTime;
            await clicking;
            var used = server.ProcessorTime - before;
            var all = new Latencies();
            foreach (var visitor in visitors)
            {
                all.Add(visitor.Latencies);
            }

            return new(all, used / all.Count, (await HeapAsync(server) - empty) / circuits);
        }
        finally
        {
            await Parallel.ForEachAsync(visitors, static async (visitor, _) => await visitor.DisposeAsync());
        }
    }

    private static async Task<double> HeapAsync(NodeProcess server)
    {
        using var http = new HttpClient();
        return double.Parse(await http.GetStringAsync(new Uri(server.Address, "/memory")), CultureInfo.InvariantCulture);
    }
}
