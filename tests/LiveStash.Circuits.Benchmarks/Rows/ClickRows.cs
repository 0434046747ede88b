using LiveStash.Benchmarks.Reporting;
using LiveStash.Circuits.Benchmarks.Load;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Circuits.Benchmarks.Rows;

/// <summary>
/// What a click costs with LiveStash, above the same page without it in a server that has a silo too, where the engine has one: 5 KB of
/// state in ten properties, of which one changes.
/// </summary>
internal sealed class ClickRows(RunOptions options, RowReport report)
{
    private const string Name = "click-";

    private static readonly (string Name, StashDurability Durability, string Engine, bool HasGoal)[] Setups =
    [
        ("memory", StashDurability.Memory, StashEngineNames.Memory, true),
        ("orleans", StashDurability.Memory, StashEngineNames.Orleans, true),
        ("through", StashDurability.WriteThrough, StashEngineNames.Orleans, false),
        ("browser", StashDurability.Memory, StashEngineNames.Orleans + StashEngineNames.BrowserFallbackSuffix, false),
    ];

    private int Circuits => options.IsFull ? 2000 : 500;

    private TimeSpan Duration => TimeSpan.FromSeconds(options.IsFull ? 20 : 8);

    private int Rounds => options.IsFull ? 3 : 1;

    public async Task RunAsync()
    {
        var wanted = Setups.Where(setup => report.Wants($"{Name}{setup.Name}-p50", $"{Name}{setup.Name}-p99", $"{Name}{setup.Name}-cpu", $"{Name}{setup.Name}-bytes")).ToArray();
        if (wanted.Length == 0)
        {
            return;
        }

        var runs = wanted.ToDictionary(static setup => setup.Name, static _ => new List<(ClickRun With, ClickRun Without)>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var group in wanted.GroupBy(static setup => setup.Engine != StashEngineNames.Memory))
            {
                var without = await MeasureAsync(BuildOutput.PlainApp, StashDurability.Memory, group.Key ? "--Cache=orleans" : "--Cache=redis");
                foreach (var setup in group)
                {
                    runs[setup.Name].Add((await MeasureAsync(BuildOutput.ElevatorApp, setup.Durability, $"--Elevator:Engine={setup.Engine}"), without));
                }
            }
        }

        foreach (var setup in wanted)
        {
            Report(Name + setup.Name, runs[setup.Name], setup.HasGoal);
        }
    }

    private void Report(string name, List<(ClickRun With, ClickRun Without)> runs, bool hasGoal)
    {
        var load = $"{Circuits:#,0} circuits, a click a second each";
        Add("p50", "ms more", static run => run.Latencies.Percentile(0.5).TotalMilliseconds, static (with, without) => with - without, null);
        Add("p99", "ms more", static run => run.Latencies.Percentile(0.99).TotalMilliseconds, static (with, without) => with - without, hasGoal ? Budget.AtMost(1) : null);
        Add("cpu", "% more", static run => run.ProcessorTime.TotalMicroseconds, static (with, without) => ((with / without) - 1) * 100, hasGoal ? Budget.AtMost(10) : null);
        Add("bytes", "KB more", static run => run.Bytes / 1024, static (with, without) => with - without, hasGoal ? Budget.AtMost(20) : null);

        void Add(string what, string unit, Func<ClickRun, double> figure, Func<double, double, double> compare, Budget? budget)
        {
            var (with, without) = (new Samples(runs.Select(run => figure(run.With))), new Samples(runs.Select(run => figure(run.Without))));
            var more = new Samples(runs.Select(run => compare(figure(run.With), figure(run.Without))));
            var of = what switch { "cpu" => "us of the server a click", "bytes" => "KB a circuit", _ => "ms from the click to its effect" };
            report.Add($"{name}-{what}", more, unit, budget, $"{load}: {Samples.Text(with.Median)} {of}, {Samples.Text(without.Median)} without LiveStash");
        }
    }

    private async Task<ClickRun> MeasureAsync(string app, StashDurability durability, string setting)
    {
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        await using var database = await postgres.CreateDatabaseAsync(storage: "PostgreSql");
        await using var cluster = new ProcessCluster(database, web: app);
        var node = cluster.AddCohost(durability, setting, "--Logging:LogLevel:Default=Warning");
        await ProcessCluster.StartAsync(node);
        return await ClickRun.MeasureAsync(node, Circuits, Duration);
    }
}
