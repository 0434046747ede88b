using System.Diagnostics;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Statistics;
using LiveStash.Orleans.Statistics;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Statistics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Statistics;

/// <summary>The last hour of each silo, asked for by a web server.</summary>
public sealed class OrleansNodesTests
{
    private static readonly StashTerms InMemory = new(TimeSpan.FromMinutes(30), StashDurability.Memory);

    /// <summary>Three ways in, each with its time-out, and what a busy machine takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_StashesOnTwoSilos_EachTellsItsOwn(bool asClient)
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, static options => options.Placement = new RandomPlacement(), withStorage: false);
        var engine = cluster.ClientEngine();
        Owner[] owners = [.. Enumerable.Range(0, 60).Select(_ => new Owner(engine, InMemory))];
        foreach (var owner in owners)
        {
            Assert.True((await owner.ReplaceAsync("1")).IsOk);
        }

        await owners[0].OwnAsync();
        Assert.Equal(StashOutcome.NotFound, (await engine.OpenAsync(StashId.New(), StashOpenMode.Own, InMemory)).Outcome);
        var grains = asClient ? cluster.Cluster.Client : cluster.Silos[0].SiloHost.Services.GetRequiredService<IGrainFactory>();

        var nodes = await AllAsync(new(grains, TimeProvider.System), silos: 2);

        Assert.Equal(cluster.Silos.Select(static silo => silo.Name).Order(), nodes.Select(static node => node.Name).Order());
        Assert.Equal(cluster.Silos.Select(static silo => silo.SiloAddress.ToParsableString()).Order(), nodes.Select(static node => node.Key).Order());
        Assert.All(nodes, static node => Assert.Equal(StashNodeState.Answers, node.State));
        foreach (var node in nodes)
        {
            var silo = cluster.Silos.Single(silo => silo.Name == node.Name);
            var there = await StashCluster.ActivationsAsync(silo);
            Assert.InRange(node.Window!.Latest(StatisticsColumn.Stashes)!.Value, 1, there);
        }

        Assert.Equal(60, nodes.Sum(static node => node.Window!.Latest(StatisticsColumn.Stashes)));
        Assert.Equal(60, nodes.Sum(static node => node.Window!.Rows.Sum(static row => row.At(StatisticsColumn.Saved))));
        Assert.Equal(1, nodes.Sum(static node => node.Window!.Rows.Sum(static row => row.At(StatisticsColumn.OpenedRecovered))));
        Assert.Equal(1, nodes.Sum(static node => node.Window!.Rows.Sum(static row => row.At(StatisticsColumn.OpenedNotFound))));
        var current = nodes[0].Window!.Current;
        Assert.InRange(new StatisticsSum([.. nodes.Select(static node => node.Window!)], current).Percentile(30, StatisticsColumn.SaveDurations, 0.95)!.Value, 0.0001, 5);
    }

    [Fact]
    public async Task Read_NothingIsKeptYet_SilosTellOfNone()
    {
        await using var cluster = await StashCluster.StartAsync();

        var node = Assert.Single(await AllAsync(new(cluster.Cluster.Client, TimeProvider.System), silos: 1));

        Assert.Equal((0, 0, 0), (node.Window!.Latest(StatisticsColumn.Stashes), node.Window.Latest(StatisticsColumn.Size), node.Window.Latest(StatisticsColumn.UnstoredAge)));
    }

    [Fact]
    public async Task Read_OneSiloStandsStill_TheOthersTellInTimeAndItIsSilent()
    {
        var calls = new FrozenCalls();
        await using var cluster = await StashCluster.StartAsync(silos: 3, withStorage: false, configureSilo: calls.AddTo);
        var nodes = new OrleansNodes(cluster.Cluster.Client, TimeProvider.System);
        await AllAsync(nodes, silos: 3);
        calls.Freeze(cluster.Silos[1].Name, typeof(ISiloStatistics));

        for (var i = 0; i < 5; i++)
        {
            var (told, took) = await TimedAsync(nodes);

            Assert.Equal(2, told.Count(static node => node.State == StashNodeState.Answers));
            Assert.Equal(cluster.Silos[1].SiloAddress.ToParsableString(), Assert.Single(told, static node => node.State == StashNodeState.Silent).Key);
            Assert.InRange(took, TimeSpan.Zero, Limit);
        }

        calls.Thaw();
        Assert.All(await AllAsync(nodes, silos: 3), static node => Assert.Equal(StashNodeState.Answers, node.State));
    }

    [Fact]
    public async Task Read_TheWayInStandsStill_AnotherIsTaken()
    {
        var calls = new FrozenCalls();
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false, configureSilo: calls.AddTo);
        await AllAsync(new(cluster.Cluster.Client, TimeProvider.System), silos: 2);
        foreach (var silo in cluster.Silos)
        {
            calls.Freeze(silo.Name, typeof(IStatisticsGrain));
            var nodes = new OrleansNodes(cluster.Cluster.Client, TimeProvider.System);
            for (var i = 0; i < 3; i++)
            {
                var (told, took) = await TimedAsync(nodes);

                Assert.Equal(2, told.Count(static node => node.State == StashNodeState.Answers));
                Assert.InRange(took, TimeSpan.Zero, Limit);
            }

            calls.Thaw();
        }
    }

    [Fact]
    public async Task Read_ASiloIsKilled_TheOtherTells()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false);
        var nodes = new OrleansNodes(cluster.Cluster.Client, TimeProvider.System);
        await AllAsync(nodes, silos: 2);
        var (left, dead) = (cluster.Silos[0].Name, cluster.Silos[1]);

        await cluster.Cluster.KillSiloAsync(dead);
        var (told, took) = await TimedAsync(nodes);

        Assert.Equal(left, Assert.Single(told, static node => node.State == StashNodeState.Answers).Name);
        Assert.InRange(took, TimeSpan.Zero, Limit);
    }

    [Fact]
    public async Task Read_NobodyIsThere_Throws()
    {
        var calls = new FrozenCalls();
        await using var cluster = await StashCluster.StartAsync(withStorage: false, configureSilo: calls.AddTo);
        calls.Freeze(cluster.Silos[0].Name, typeof(IStatisticsGrain));

        await Assert.ThrowsAsync<TimeoutException>(() => new OrleansNodes(cluster.Cluster.Client, TimeProvider.System).ReadAsync(default).AsTask());
        calls.Thaw();
    }

    /// <summary>What is told once all answer in time: the first calls of a cluster compile what they meet.</summary>
    private static async Task<IReadOnlyList<StashNode>> AllAsync(OrleansNodes nodes, int silos)
    {
        IReadOnlyList<StashNode> told = [];
        await Until.TrueAsync(
            async () => (told = await nodes.ReadAsync(default)).Count(static node => node.State == StashNodeState.Answers) == silos, "every silo answered");
        return told;
    }

    private static async Task<(IReadOnlyList<StashNode> Told, TimeSpan Took)> TimedAsync(OrleansNodes nodes)
    {
        var since = Stopwatch.GetTimestamp();
        return (await nodes.ReadAsync(default), Stopwatch.GetElapsedTime(since));
    }
}
