using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Grains;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Storage;
using Orleans.Hosting;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>All tabs recover at the same moment, as after a restart of the web server. A tab's clock runs from that moment on.</summary>
internal sealed class StormRows(RunOptions options, RowReport report)
{
    private const int Tabs = 10_000;
    private const string Warm = "storm-warm";
    private const string WarmP99 = "storm-warm-p99";
    private const string Cold = "storm-cold";
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(12));

    public async Task RunAsync()
    {
        if (report.Wants(Warm, WarmP99))
        {
            await WarmAsync();
        }

        if (report.Wants(Cold))
        {
            await ColdAsync();
        }
    }

    private async Task WarmAsync()
    {
        await using var silo = await BenchmarkSilo.StartAsync();
        var grains = Enumerable.Range(0, Tabs).Select(_ => silo.Grains.GetGrain<IRawGrain>(StashId.New().ToString())).ToArray();
        var stashes = await CreateAsync(silo.NewEngine);
        await LoadDriver.EachAsync(Tabs, 16, i => grains[i].PutAsync(new byte[1024]));

        var (total, p99, raw) = (new Samples(), new Samples(), new Samples());
        for (var run = -1; run < options.Runs; run++)
        {
            var get = await LoadDriver.StormAsync(Tabs, async i => await grains[i].GetAsync());
            var open = await LoadDriver.StormAsync(Tabs, i => stashes[i].OpenAsync(Terms));
            if (run >= 0)
            {
                raw.Add(get.Elapsed.TotalMilliseconds);
                total.Add(open.Elapsed.TotalMilliseconds);
                p99.Add(open.P99.TotalMilliseconds);
            }
        }

        report.Add(Warm, total, "ms", Budget.AtMost(1000), $"10,000 recovers of 1 KB, co-hosted; {Samples.Text(total.Over(raw).Median)} x as many raw gets");
        report.Add(WarmP99, p99, "ms", Budget.AtMost(100), "99 % of the tabs have their state after this");
    }

    /// <summary>The silo is another one than the one that wrote, with the same storage.</summary>
    private async Task ColdAsync()
    {
        var storage = new BenchmarkStorage();
        var silo = await StartDurableAsync(storage);
        var stashes = await CreateAsync(() => silo.NewEngine());
        var (total, p99) = (new Samples(), new Samples());
        for (var run = 0; run < options.Runs; run++)
        {
            await silo.DisposeAsync();
            silo = await StartDurableAsync(storage);
            var open = await LoadDriver.StormAsync(Tabs, i => stashes[i].OpenAsync(Terms));
            total.Add(open.Elapsed.TotalMilliseconds);
            p99.Add(open.P99.TotalMilliseconds);
        }

        await silo.DisposeAsync();
        report.Add(Cold, total, "ms", null, $"10,000 recovers of 1 KB in a new silo, each read from storage and written through; p99 {Samples.Text(p99.Median)} ms");
    }

    private static Task<BenchmarkSilo> StartDurableAsync(BenchmarkStorage storage) =>
        BenchmarkSilo.StartAsync(storage, static silo => silo.AddLiveStash(static options => options.DefaultDurability = StashDurability.WriteThrough));

    private static async Task<BenchmarkStash[]> CreateAsync(Func<IStashEngine> newEngine)
    {
        var stashes = Enumerable.Range(0, Tabs).Select(_ => new BenchmarkStash(newEngine)).ToArray();
        await LoadDriver.EachAsync(Tabs, 16, i => stashes[i].WriteAsync(new byte[1024], Terms, replace: true));
        return stashes;
    }
}
