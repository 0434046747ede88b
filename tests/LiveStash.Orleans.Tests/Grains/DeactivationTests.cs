using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Core.Internal;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Activations that are ended by something else than the stop of their silo.</summary>
public sealed class DeactivationTests
{
    private const int Lost = 2120;
    private const int Sheds = 2121;
    private const int Stashes = 200;

    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LogLines _log = new();

    [Fact]
    public async Task MemoryIsShort_AnotherSiloIsThere_MemoryStashesMoveAndNoneIsLost()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false, configureSilo: Shedding);
        var writer = await CreateAsync(cluster);

        await ShedAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "all activations were shed");

        Assert.Empty(await writer.LostAsync(cluster.ClientEngine(Patience)));
        Assert.Equal((0, 0), (Services(cluster, 0).Lost.Count, _log.Of(Lost).Count));
        Assert.Single(_log.Of(Sheds));
    }

    [Fact]
    public async Task MemoryIsShort_OnBothSilosUnderLoad_StashesGoToAndFroAndNoneIsLost()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false, configureSilo: silo => Shedding(silo, static _ => true));
        var writer = await CreateAsync(cluster);
        using var stop = new CancellationTokenSource();
        var load = writer.RunAsync(4, stop.Token);
        foreach (var silo in new[] { 1, 0, 1 })
        {
            await ShedAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[silo]) > 0, "some have moved");
            var calls = writer.Calls;
            await ShedAsync(() => Task.FromResult(writer.Calls > calls + 1000), "the load goes on");
        }

        await stop.CancelAsync();
        await load;

        Assert.Empty(writer.Failures);
        Assert.Empty(await writer.LostAsync(cluster.ClientEngine(Patience)));
        Assert.Equal((0, 0), (Services(cluster, 0).Lost.Count, Services(cluster, 1).Lost.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeactivateOnIdle_FromOutside_MemoryStashesMoveAndNoneIsLost(bool byChance)
    {
        await using var cluster = await StashCluster.StartAsync(
            silos: 2, options => options.Placement = byChance ? new RandomPlacement() : options.Placement, withStorage: false);
        var writer = await CreateAsync(cluster);

        for (var round = 0; round < 3; round++)
        {
            await DeactivateAsync(cluster, writer.Ids);
            Assert.Empty(await writer.LostAsync(cluster.ClientEngine(Patience)));

            // What is sent back before the activation that it left has heard of its arrival and ended is dropped by Orleans.
            await Until.TrueAsync(
                async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) + await StashCluster.ActivationsAsync(cluster.Silos[1]) == Stashes,
                "each has one activation");
        }

        Assert.Equal((0, 0), (Services(cluster, 0).Lost.Count, Services(cluster, 1).Lost.Count));
    }

    [Fact]
    public async Task DeactivateOnIdle_NoOtherSilo_LostMemoryStashesAreCountedAndLoggedInFewLinesWithoutIds()
    {
        await using var cluster = await StashCluster.StartAsync(withStorage: false, configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(_log)));
        var writer = await CreateAsync(cluster);
        var services = Services(cluster, 0);

        await DeactivateAsync(cluster, writer.Ids);

        await Until.TrueAsync(() => services.Lost.Count == Stashes, "the lost were counted");
        await Until.TrueAsync(() => _log.Of(Lost).Any(line => line.Contains($"{Stashes} since", StringComparison.Ordinal)), "they were logged");
        var lines = _log.Of(Lost);
        Assert.InRange(lines.Count, 1, 10);
        Assert.Contains("ApplicationRequested", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(_log.All, line => writer.Ids.Any(id => line.Contains(id.ToString(), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SiloStops_NoOtherSilo_WhatIsLostIsLoggedBeforeItEnds()
    {
        await using var cluster = await StashCluster.StartAsync(withStorage: false, configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(_log)));
        await CreateAsync(cluster);

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Contains(_log.Of(Lost), line => line.Contains($"{Stashes} since", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MemoryIsShort_NoOtherSilo_WhatWasNotStoredYetIsStoredAndNotLost()
    {
        await using var cluster = await StashCluster.StartAsync(
            configure: options => (options.DefaultDurability, options.FlushInterval) = (StashDurability.WriteBehind, TimeSpan.FromMinutes(1)), configureSilo: Shedding);
        var writer = await CreateAsync(cluster);

        await ShedAsync(() => Task.FromResult(cluster.Storage.Rows == Stashes), "all were stored");

        Assert.Empty(await writer.LostAsync(cluster.ClientEngine(Patience)));
        Assert.Equal(0, Services(cluster, 0).Lost.Count);
    }

    [Fact]
    public async Task DeactivateOnIdle_StoredStash_IsNotCarriedAndReadBack()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, options => options.DefaultDurability = StashDurability.WriteThrough);
        var writer = await CreateAsync(cluster);

        await DeactivateAsync(cluster, writer.Ids);

        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "all activations ended");
        Assert.Equal(0, await StashCluster.ActivationsAsync(cluster.Silos[1]));
        Assert.Empty(await writer.LostAsync(cluster.ClientEngine(Patience)));
        Assert.Equal(0, Services(cluster, 0).Lost.Count);
    }

    /// <summary>What nobody has used for a while is in storage; who has just written may send the same call again, which only the activation can tell.</summary>
    [Theory]
    [InlineData(61, 0)]
    [InlineData(0, Stashes)]
    public async Task SiloStops_StoredStashes_OnlyThoseInUseAreCarried(int unusedSeconds, int carried)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await StashCluster.StartAsync(silos: 2, options => options.DefaultDurability = StashDurability.WriteThrough, time);
        var writer = await CreateAsync(cluster);
        time.Advance(TimeSpan.FromSeconds(unusedSeconds));

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Equal(carried, await StashCluster.ActivationsAsync(cluster.Silos[0]));
        var reads = cluster.Storage.Reads;
        Assert.Empty(await writer.LostAsync(cluster.ClientEngine(Patience)));
        Assert.Equal(Stashes - carried, cluster.Storage.Reads - reads);
    }

    [Fact]
    public async Task SiloStops_MoreWasAskedForAndStorageFailed_WhatWasAcknowledgedIsCarried()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await StashCluster.StartAsync(silos: 2, time: time);
        var engine = StashCluster.CohostedEngine(cluster.Silos[0], Patience);
        var owner = new Owner(engine, Terms);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        cluster.Storage.WriteFailure = new IOException("disk full");
        Assert.Equal(StashOutcome.Unavailable, (await engine.TouchAsync(owner.Id, owner.Epoch, Terms with { Durability = StashDurability.WriteThrough })).Outcome);
        time.Advance(TimeSpan.FromMinutes(2));

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);
        cluster.Storage.WriteFailure = null;

        Assert.Equal("1", await owner.ReadAsync(cluster.ClientEngine(Patience)));
    }

    /// <summary>The first silo finds that its memory is short, whatever it uses.</summary>
    private void Shedding(ISiloBuilder silo) => Shedding(silo, static name => name == "Silo_0");

    private void Shedding(ISiloBuilder silo, Func<string, bool> sheds)
    {
        silo.Services.AddLogging(logging => logging.AddProvider(_log));
        silo.Services.AddOptions<GrainCollectionOptions>().Configure<ILocalSiloDetails>((options, details) =>
        {
            options.EnableActivationSheddingOnMemoryPressure = sheds(details.Name);
            options.MemoryUsagePollingPeriod = TimeSpan.FromMilliseconds(500);
            (options.MemoryUsageLimitPercentage, options.MemoryUsageTargetPercentage) = (0.002, 0.001);
        });
    }

    /// <summary>Waits; Orleans sheds once after each full collection of the garbage.</summary>
    private static Task ShedAsync(Func<Task<bool>> condition, string what) => Until.TrueAsync(
        () =>
        {
            GC.Collect();
            return condition();
        },
        what);

    private static async Task<LoadWriter> CreateAsync(StashCluster cluster)
    {
        var writer = new LoadWriter(StashCluster.CohostedEngine(cluster.Silos[0], Patience), Stashes, Terms);
        await writer.CreateAsync();
        Assert.Empty(writer.Failures);
        return writer;
    }

    private static Task DeactivateAsync(StashCluster cluster, IEnumerable<StashId> ids) =>
        Task.WhenAll(ids.Select(id => cluster.Grain(id).AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask()));

    private static StashGrainServices Services(StashCluster cluster, int silo) => cluster.Silos[silo].SiloHost.Services.GetRequiredService<StashGrainServices>();
}
