using System.Diagnostics;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Grains;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Storage;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>The first write of a stash: a grain starts and, where the stash is durable, it is listed for its deletion.</summary>
internal sealed class FirstWriteRows(RunOptions options, RowReport report)
{
    private const string Memory = "first-write";
    private const string Through = "first-write-through";
    private const int PerRun = 1000;

    public async Task RunAsync()
    {
        if (!report.Wants(Memory, Through))
        {
            return;
        }

        await using var silo = await BenchmarkSilo.StartAsync(new BenchmarkStorage());
        var (raw, memory, durable) = (new Samples(), new Samples(), new Samples());
        var value = new byte[1024];
        for (var run = -1; run < options.Runs; run++)
        {
            var put = await TimeAsync(() => silo.Grains.GetGrain<IRawGrain>(StashId.New().ToString()).PutAsync(value));
            var inMemory = await TimeAsync(() => new BenchmarkStash(silo.NewEngine).WriteAsync(value, new(TimeSpan.FromHours(1)), replace: true));
            var through = await TimeAsync(() => new BenchmarkStash(silo.NewEngine).WriteAsync(value, new(TimeSpan.FromHours(1), StashDurability.WriteThrough), replace: true));
            if (run >= 0)
            {
                raw.Add(put);
                memory.Add(inMemory);
                durable.Add(through);
            }
        }

        var first = $"raw first put {Samples.Text(raw.Median)} us";
        report.Add(Memory, memory.Over(raw), "x raw first put", null, $"{Samples.Text(memory.Median)} us in memory, {first}");
        report.Add(Through, durable.Over(raw), "x raw first put", null, $"{Samples.Text(durable.Median)} us listed and written through; {first}");
    }

    /// <summary>In microseconds, on average.</summary>
    private static async Task<double> TimeAsync(Func<ValueTask> first)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < PerRun; i++)
        {
            await first();
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / PerRun;
    }
}
