using LiveStash.Benchmarks.Reporting;
using LiveStash.Circuits.Tabs;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Circuits.Benchmarks.Rows;

/// <summary>A web server with a silo dies, and its tabs come back to the other two at once.</summary>
internal sealed class ReturnRows(RunOptions options, RowReport report)
{
    private const string All = "return-all";
    private const string Most = "return-p95";
    private const string Wrong = "return-lost";
    private const string Plain = "return-plain";
    private const int OpenAtOnce = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int Tabs => options.IsFull ? 2000 : 500;

    public async Task RunAsync()
    {
        if (report.Wants(All, Most, Wrong))
        {
            var (back, lost) = await MeasureAsync(BuildOutput.ElevatorApp, "/stashed", $"--Elevator:Engine={StashEngineNames.Orleans}", IsBackWithText);
            var detail = $"{Tabs:#,0} tabs of one of three web servers with silos, WriteThrough on PostgreSQL, all on this machine";
            report.Add(All, new(back[^1]), "s", Budget.AtMost(5), detail);
            report.Add(Most, new(back[(int)(back.Length * 0.95)]), "s", null, detail);
            report.Add(Wrong, new(lost), "tabs", Budget.AtMost(0), detail);
        }

        if (report.Wants(Plain))
        {
            var (back, _) = await MeasureAsync(BuildOutput.PlainApp, "/plain", "--Cache=orleans", IsBack);
            report.Add(Plain, new(back[^1]), "s", null, $"the same {Tabs:#,0} tabs without LiveStash, which come back with nothing; silos beside them");
        }
    }

    /// <summary>When each tab was back, in seconds after the server's death and sorted, and how many are not.</summary>
    private async Task<(double[] Back, int Lost)> MeasureAsync(string app, string path, string setting, Func<Tab, bool> isBack)
    {
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        await using var database = await postgres.CreateDatabaseAsync(storage: "PostgreSql");
        await using var cluster = new ProcessCluster(database, web: app);
        NodeProcess[] nodes = [.. Enumerable.Range(0, 3).Select(_ => cluster.AddCohost(StashDurability.WriteThrough, setting, "--Logging:LogLevel:Default=Warning"))];
        await ProcessCluster.StartAsync(nodes);

        // The first page of each tab comes from the node that dies; what it asks later goes to the others, as by a proxy that has noticed.
        var servers = new List<Uri> { nodes[0].Address };
        var tabs = Enumerable.Range(0, Tabs).Select(_ => new Tab(servers, path)).ToArray();
        try
        {
            await Parallel.ForEachAsync(tabs, new ParallelOptions { MaxDegreeOfParallelism = OpenAtOnce }, static async (tab, _) => await FillAsync(tab));
            servers.Clear();
            servers.AddRange(nodes[1].Address, nodes[2].Address);
            await nodes[0].KillAsync();
            var died = TimeProvider.System.GetTimestamp();
            var back = await Task.WhenAll(tabs.Select(async tab =>
            {
                await UntilAsync(() => isBack(tab));
                return TimeProvider.System.GetElapsedTime(died).TotalSeconds;
            }));
            Array.Sort(back);
            return (back, tabs.Count(tab => !isBack(tab)));
        }
        finally
        {
            await Parallel.ForEachAsync(tabs, static async (tab, _) => await tab.DisposeAsync());
        }
    }

    private static string TextOf(Tab tab) => $"visitor {tab.GetHashCode()}";

    /// <summary>Whether the page was loaded again, and is live.</summary>
    private static bool IsBack(Tab tab) => tab.Loads > 1 && tab.IsConnected && !tab.IsHeld
        && tab.Look(static screen => screen.Attribute("page", "data-interactive") == "true");

    /// <summary>Whether it also shows what was saved.</summary>
    private static bool IsBackWithText(Tab tab) => IsBack(tab) && tab.Look(screen => screen.Attribute("name", "value") == TextOf(tab));

    private static async Task FillAsync(Tab tab)
    {
        await tab.OpenAsync();
        await UntilAsync(() => tab.Look(static screen => screen.Attribute("page", "data-interactive")) == "true");
        await tab.ChangeAsync("name", TextOf(tab));
        await UntilAsync(() => tab.Look(static screen => screen.Attribute("page", "data-told"))?.StartsWith(TextOf(tab), StringComparison.Ordinal) == true);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var started = TimeProvider.System.GetTimestamp(); !condition() && TimeProvider.System.GetElapsedTime(started) < Patience;)
        {
            await Task.Delay(20);
        }
    }
}
