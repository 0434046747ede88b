using LiveStash.Dashboard;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Statistics;
using LiveStash.Orleans.Statistics;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Orleans.Tests.Statistics;

/// <summary>The numbers of a dashboard whose stashes are in a cluster.</summary>
public sealed class DashboardStatisticsTests
{
    private static readonly StashTerms InMemory = new(TimeSpan.FromMinutes(30), StashDurability.Memory);

    [Fact]
    public async Task Read_ASiloStopsAnswering_ItSaysSoAndOfTheOthersAllIsThere()
    {
        var calls = new FrozenCalls();
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false, configureSilo: calls.AddTo);
        for (var i = 0; i < 40; i++)
        {
            Assert.True((await new Owner(cluster.ClientEngine(), InMemory).ReplaceAsync("1")).IsOk);
        }

        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var statistics = Statistics(cluster, time);
        await AnswersAsync(statistics, time, silos: 2);
        var whole = (await statistics.ReadAsync()).Stashes;
        Assert.Equal((true, true, 40), (whole.HasSilos, whole.Answers, whole.All.Stashes));
        Assert.Equal(40, whole.Nodes.Sum(static node => node.Stashes));

        calls.Freeze(cluster.Silos[0].Name, typeof(ISiloStatistics));
        time.Advance(TimeSpan.FromSeconds(2));
        var part = (await statistics.ReadAsync()).Stashes;

        var silent = Assert.Single(part.Nodes, static node => node.State == "silent");
        Assert.Null(silent.Stashes);
        var other = Assert.Single(part.Nodes, static node => node.State == "answers");
        Assert.Equal(other.Stashes, part.All.Stashes);
        calls.Thaw();
    }

    [Fact]
    public async Task Read_NoWayIntoTheCluster_TheLastSilosAreShownAsSilent()
    {
        var calls = new FrozenCalls();
        await using var cluster = await StashCluster.StartAsync(silos: 1, withStorage: false, configureSilo: calls.AddTo);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var statistics = Statistics(cluster, time);
        await AnswersAsync(statistics, time, silos: 1);
        Assert.True((await statistics.ReadAsync()).Stashes.Answers);

        calls.Freeze(cluster.Silos[0].Name, typeof(IStatisticsGrain));
        time.Advance(TimeSpan.FromSeconds(2));
        var stashes = (await statistics.ReadAsync()).Stashes;

        Assert.False(stashes.Answers);
        Assert.Equal("silent", Assert.Single(stashes.Nodes).State);
        Assert.Null(stashes.All.Stashes);
        calls.Thaw();
    }

    [Fact]
    public async Task Read_ByMany_TheSilosAreAskedOnceASecond()
    {
        var nodes = new Counted();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var statistics = Statistics(nodes, time);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => statistics.ReadAsync()));
        Assert.Equal(1, nodes.Asked);
        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => statistics.ReadAsync()));
        Assert.Equal(2, nodes.Asked);
    }

    /// <summary>A deployment every few minutes, for days.</summary>
    [Fact]
    public async Task Read_SilosComeAndGoForDays_KeepsAnHourOfThem()
    {
        var nodes = new Counted { Renews = true };
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var statistics = Statistics(nodes, time);
        for (var i = 0; i < 600; i++)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            var stashes = (await statistics.ReadAsync()).Stashes;
            Assert.Equal(1, stashes.All.Stashes);
            Assert.InRange(stashes.All.Lost, 1, 13);
        }
    }

    /// <summary>Asks until all have answered in time, and that is what is told: the first calls of a cluster compile what they meet.</summary>
    private static Task AnswersAsync(DashboardStatistics statistics, FakeTimeProvider time, int silos) => Until.TrueAsync(
        async () =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return (await statistics.ReadAsync()).Stashes.Nodes.Count(static node => node.State == "answers") == silos;
        },
        "every silo answered");

    private static DashboardStatistics Statistics(StashCluster cluster, TimeProvider time) => Statistics(new OrleansNodes(cluster.Cluster.Client, TimeProvider.System), time);

    private static DashboardStatistics Statistics(IStashNodes nodes, TimeProvider time)
    {
        var meters = Meters.Create();
        return new(meters, time, [nodes], new(meters, time, new()));
    }

    /// <summary>Counts how often it is asked, and can be another silo each time.</summary>
    private sealed class Counted : IStashNodes
    {
        public int Asked { get; private set; }

        public bool Renews { get; init; }

        public string Engine => "orleans";

        public ValueTask<IReadOnlyList<StashNode>> ReadAsync(CancellationToken cancellationToken)
        {
            Asked++;
            var now = DateTimeOffset.UnixEpoch.AddYears(60).ToUnixTimeMilliseconds() + (Renews ? Asked * 300_000L : 0);
            var row = StatisticsRow.Begin(now / StatisticsClock.Step);
            row.Values[StatisticsColumn.Stashes] = 1;
            row.Values[StatisticsColumn.Lost] = 1;
            return new([new StashNode($"{Asked}", "silo", "here", StashNodeState.Answers, new(now, now, [row]))]);
        }
    }
}
