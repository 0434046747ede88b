using LiveStash.Benchmarks.Circuits;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Benchmarks.Rows;

/// <summary>A save of a component of ten properties of which none has changed.</summary>
internal sealed class UnchangedRows(RunOptions options, RowReport report)
{
    private const string Time = "unchanged-stash";
    private const string Allocation = "unchanged-stash-alloc";
    private const string Calls = "unchanged-stash-calls";
    private const string Activity = "unchanged-activity";
    private const string ActivityAllocation = "unchanged-activity-alloc";
    private const string ActivityBytes = "unchanged-activity-bytes";
    private const string Page = "unchanged-page";
    private const string Rows = "unchanged-rows";
    private const int LargeState = 100_000;
    private const int Components = 50;

    public async Task RunAsync()
    {
        if (!report.Wants(Time, Allocation, Calls, Activity, ActivityAllocation, ActivityBytes, Page, Rows))
        {
            return;
        }

        using var host = BenchmarkCircuit.BuildHost(static builder => builder
            .AddEngine(CountingEngine.Name, ServiceLifetime.Singleton, static services => new CountingEngine(services.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory)))
            .UseEngine(CountingEngine.Name));
        var engine = (CountingEngine)host.GetRequiredKeyedService<IStashEngine>(CountingEngine.Name);
        var small = await BenchmarkCircuit.StartAsync(host);
        var large = await BenchmarkCircuit.StartAsync(host, new() { Street = new string('s', LargeState) });
        var page = await BenchmarkCircuit.StartAsync(host);
        var components = Enumerable.Range(1, Components - 1).Select(static _ => new TenProperties()).ToArray();
        await page.Dispatcher.InvokeAsync(() =>
        {
            for (var i = 0; i < components.Length; i++)
            {
                page.Session.Attach(components[i], new() { Key = $"{i}" });
            }
        });
        var thousand = new ThousandRows();
        var list = await BenchmarkCircuit.StartAsync(host);
        await list.Dispatcher.InvokeAsync(() => list.Session.Attach(thousand));
        await StashAsync(small);
        await StashAsync(large);
        await ActAsync(page);
        await ActAsync(list);

        var calls = engine.Calls;
        var (time, bytes, growth) = (new Samples(), new Samples(), new Samples());
        for (var run = 0; run < options.Runs; run++)
        {
            var (one, other) = (await StashAsync(small), await StashAsync(large));
            time.Add(one.Microseconds);
            bytes.Add(one.BytesEach);
            growth.Add(Math.Round(other.BytesEach - one.BytesEach));
        }

        report.Add(Time, time, "us", Budget.AtMost(3), "ten properties, none changed");
        report.Add(Allocation, growth, "B more", Budget.AtMost(0), $"with {LargeState / 1000} KB of state than with 0.2 KB, where it is {Samples.Text(bytes.Median)} B");
        var (activity, each, growing, whole, rows) = (new Samples(), new Samples(), new Samples(), new Samples(), new Samples());
        for (var run = 0; run < options.Runs; run++)
        {
            var (one, other) = (await ActAsync(small), await ActAsync(large));
            activity.Add(one.Microseconds);
            each.Add(Math.Round(one.BytesEach));
            growing.Add(Math.Round(other.BytesEach - one.BytesEach));
            whole.Add((await ActAsync(page)).Microseconds);
            rows.Add((await ActAsync(list)).Microseconds);
        }

        report.Add(Activity, activity, "us", Budget.AtMost(2), "an event on a page of ten properties, none changed");
        report.Add(ActivityAllocation, growing, "B more", Budget.AtMost(0), $"with {LargeState / 1000} KB of state than with 0.2 KB");
        report.Add(ActivityBytes, each, "B", Budget.AtMost(768), "allocations of an event on a page of ten properties, none changed");
        report.Add(Page, whole, "us", Budget.AtMost(100), $"the same with {Components} components of ten properties each");
        report.Add(Rows, rows, "us", null, "the same with 1,000 rows in a property, which may be changed in place and so are serialized");
        // A slot holds its owner weakly.
        GC.KeepAlive(components);
        GC.KeepAlive(thousand);
        report.Add(Calls, new(engine.Calls - calls), "calls", Budget.AtMost(0), "of the engine, in all these runs");
    }

    private Task<LoadRun> ActAsync(BenchmarkCircuit circuit) => circuit.RunAsync(options.Duration, _ => new(circuit.ActAsync()));

    private Task<LoadRun> StashAsync(BenchmarkCircuit circuit) =>
        circuit.RunAsync(options.Duration, _ => new(circuit.Slot.StashAsync()));
}
