using LiveStash.Statistics;

namespace LiveStash.Dashboard;

/// <summary>Puts together what the page shows, of one moment.</summary>
/// <param name="now">By the server's <see cref="StatisticsClock"/>.</param>
/// <param name="server">What is this server's and no engine's.</param>
/// <param name="engines">The last hour of each engine.</param>
internal sealed class DashboardView(long now, StatisticsWindow server, IReadOnlyList<(string Name, StatisticsWindow Window)> engines)
{
    private const double Middle = 0.5;
    private const double High = 0.95;

    /// <summary>The buckets of rates and of percentiles, as the page says: a minute, five minutes.</summary>
    private const int RateBuckets = 6, LatencyBuckets = 30;

    private static readonly int[] Opens = [StatisticsColumn.OpenedNew, StatisticsColumn.OpenedRecovered, StatisticsColumn.OpenedNotFound, StatisticsColumn.OpenedError];
    private static readonly int[] Saves = [StatisticsColumn.Saved, StatisticsColumn.NotSaved];

    private readonly long _current = now / StatisticsClock.Step;

    /// <param name="hasSilos">Whether an engine has nodes of its own.</param>
    /// <param name="answers">Whether they could be asked.</param>
    /// <param name="here">The name of this server among the nodes.</param>
    /// <param name="nodes">Those that are there.</param>
    /// <param name="kept">The last hour of each, and of those that are gone, by key.</param>
    public DashboardData Show(bool hasSilos, bool answers, string here, IReadOnlyList<StashNode> nodes, IReadOnlyDictionary<string, StatisticsWindow> kept)
    {
        List<StatisticsWindow> all = [.. kept.Values];
        List<StatisticsWindow> there = [];
        List<DashboardNode> shown = [];
        foreach (var node in nodes.OrderBy(static node => node.Address, StringComparer.Ordinal))
        {
            StatisticsWindow[] told = node.State == StashNodeState.Answers && kept.TryGetValue(node.Key, out var window) ? [window] : [];
            shown.Add(Node(node.Name, node.Address, $"{node.State}".ToLowerInvariant(), told));
            there.AddRange(told);
        }

        // The in-process engine says what it holds once it is used; what is done with it is known by its name.
        if (server.Latest(StatisticsColumn.Stashes) is not null)
        {
            StatisticsWindow[] own = [server, .. engines.Where(static engine => engine.Name is StashEngineNames.Memory or StashEngineNames.Memory + StashEngineNames.BrowserFallbackSuffix).Select(static engine => engine.Window)];
            shown.Add(Node(here, "", "answers", own));
            all.AddRange(own);
            there.AddRange(own);
        }

        var sum = new StatisticsSum(all, _current);
        return new(
            _current - 1,
            StatisticsClock.Step / 1000.0,
            new(
                hasSilos,
                answers,
                Node("", "", "answers", there) with { Trend = [], Lost = sum.Count(StatisticsColumn.Lost) },
                sum.Gauges(StatisticsColumn.Stashes),
                sum.Gauges(StatisticsColumn.Size),
                sum.Rates(Opens),
                sum.Rates(Saves),
                Seconds(sum.Gauges(StatisticsColumn.UnstoredAge, isMaximum: true)),
                shown),
            Pages());
    }

    private DashboardPages Pages()
    {
        List<StatisticsWindow> all = [server, .. engines.Select(static engine => engine.Window)];
        var sum = new StatisticsSum(all, _current);
        return new(
            sum.Latest(StatisticsColumn.Circuits),
            sum.Latest(StatisticsColumn.Waiting),
            Engine("", all) with { Trend = [] },
            new(sum.Counts(StatisticsColumn.OpenedNew), sum.Counts(StatisticsColumn.OpenedRecovered), sum.Counts(StatisticsColumn.OpenedNotFound), sum.Counts(StatisticsColumn.OpenedError)),
            sum.Rates(StatisticsColumn.Saved),
            sum.Rates(StatisticsColumn.NotSaved),
            sum.Percentiles(StatisticsColumn.SaveDurations, Middle),
            sum.Percentiles(StatisticsColumn.SaveDurations, High),
            sum.Percentiles(StatisticsColumn.OpenDurations, Middle),
            sum.Percentiles(StatisticsColumn.OpenDurations, High),
            [.. engines.Select(engine => Engine(engine.Name, [server with { Rows = Blank(server) }, engine.Window]))]);
    }

    private DashboardNode Node(string name, string address, string state, IReadOnlyList<StatisticsWindow> windows)
    {
        var sum = new StatisticsSum(windows, _current);
        return new(
            name,
            address,
            state,
            sum.Latest(StatisticsColumn.Stashes),
            sum.Latest(StatisticsColumn.Size),
            sum.Rate(RateBuckets, Opens),
            sum.Rate(RateBuckets, Saves),
            Latency(sum, StatisticsColumn.OpenDurations),
            Latency(sum, StatisticsColumn.SaveDurations),
            sum.Latest(StatisticsColumn.Unstored),
            sum.Latest(StatisticsColumn.UnstoredAge, isMaximum: true) / 1000.0,
            sum.Count(StatisticsColumn.Lost),
            sum.Rates(Saves));
    }

    private DashboardEngine Engine(string name, IReadOnlyList<StatisticsWindow> windows)
    {
        var sum = new StatisticsSum(windows, _current);
        return new(
            name,
            sum.Rate(RateBuckets, Opens),
            sum.Rate(RateBuckets, Saves),
            sum.Count(StatisticsColumn.OpenedNew),
            sum.Count(StatisticsColumn.OpenedRecovered),
            sum.Count(StatisticsColumn.OpenedNotFound),
            sum.Count(StatisticsColumn.OpenedError),
            sum.Count(StatisticsColumn.NotSaved),
            Latency(sum, StatisticsColumn.OpenDurations),
            Latency(sum, StatisticsColumn.SaveDurations),
            sum.Rates(Saves));
    }

    private static DashboardLatency Latency(StatisticsSum sum, int column) => new(sum.Percentile(LatencyBuckets, column, Middle), sum.Percentile(LatencyBuckets, column, High));

    /// <summary>When this server ran, without what happened: an engine of which nothing is told then did nothing.</summary>
    private static IReadOnlyList<StatisticsRow> Blank(StatisticsWindow window) => [.. window.Rows.Select(static row => new StatisticsRow(row.Number, []))];

    private static double?[] Seconds(double?[] milliseconds) => Array.ConvertAll(milliseconds, static value => value / 1000.0);
}
