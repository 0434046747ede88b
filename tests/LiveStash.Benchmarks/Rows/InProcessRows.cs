using System.Collections.Concurrent;
using LiveStash.Benchmarks.Circuits;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Benchmarks.Rows;

/// <summary>The in-process engine beside what an app would write itself: a ConcurrentDictionary that takes a copy.</summary>
internal sealed class InProcessRows(RunOptions options, RowReport report)
{
    private const int Stashes = 1024;
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    public async Task RunAsync()
    {
        foreach (var (size, name) in new[] { (1024, "inprocess-write-1k"), (16 * 1024, "inprocess-write-16k") })
        {
            if (report.Wants(name))
            {
                await RunAsync(name, size);
            }
        }
    }

    private async Task RunAsync(string name, int size)
    {
        using var host = BenchmarkCircuit.BuildHost();
        var engine = host.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory);
        var dictionary = new ConcurrentDictionary<StashId, byte[]>();
        var value = new byte[size];
        var ids = Enumerable.Range(0, Stashes).Select(_ => StashId.New()).ToArray();
        var versions = new long[Stashes];
        for (var i = 0; i < Stashes; i++)
        {
            dictionary[ids[i]] = value;
            await WriteAsync(i, replace: true);
        }

        var (writes, puts) = (new Samples(), new Samples());
        for (var run = -1; run < options.Runs; run++)
        {
            var put = await LoadDriver.InlineAsync(options.Duration, Put);
            var write = await LoadDriver.InlineAsync(options.Duration, i => WriteAsync(i % Stashes, replace: false));
            if (run >= 0)
            {
                puts.Add(put.Microseconds);
                writes.Add(write.Microseconds);
            }
        }

        report.Add(name, writes.Over(puts), "x dictionary", null, $"{Samples.Text(writes.Median)} us a write, {Samples.Text(puts.Median)} us to put a copy");

        ValueTask Put(int i)
        {
            dictionary[ids[i % Stashes]] = value.AsSpan().ToArray();
            return default;
        }

        async ValueTask WriteAsync(int i, bool replace)
        {
            var result = await engine.WriteAsync(ids[i], new() { Epoch = 1, BaseVersion = versions[i], Replace = replace, Changed = [new("r:Counter/Text", value)], Terms = Terms });
            versions[i] = result.IsOk ? result.Version : throw new InvalidOperationException(result.Detail);
        }
    }
}
