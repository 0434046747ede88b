using LiveStash.Orleans.Tests.Infrastructure;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>A silo that dies without a word: what is left, by durability.</summary>
public sealed class SiloDeathTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task SiloDies_InMemoryWithoutStorage_ItsStashesAreLostAndNoOthers()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 3, withStorage: false);
        var perSilo = new List<LoadWriter>();
        foreach (var silo in cluster.Silos)
        {
            var writer = new LoadWriter(StashCluster.CohostedEngine(silo), stashes: 200, Terms);
            await writer.CreateAsync();
            Assert.Equal(200, await StashCluster.ActivationsAsync(silo));
            perSilo.Add(writer);
        }

        var survivor = StashCluster.CohostedEngine(cluster.Silos[2]);
        await cluster.Cluster.KillSiloAsync(cluster.Silos[0]);

        // Unavailable at first; NotFound is the honest end.
        await Until.TrueAsync(
            async () => await new Owner(survivor, Terms, perSilo[0].Ids.First()).ReadAsync() == "NotFound", "the dead silo was noticed", Patience);
        Assert.Equal(200, (await perSilo[0].LostAsync(survivor)).Count);
        Assert.Empty(await perSilo[1].LostAsync(survivor));
        Assert.Empty(await perSilo[2].LostAsync(survivor));
    }

    [Fact]
    public async Task SiloDies_WrittenThrough_NothingIsLostAndFencingHolds()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var dying = StashCluster.CohostedEngine(cluster.Silos[0]);
        var survivor = StashCluster.CohostedEngine(cluster.Silos[2]);
        var writer = new LoadWriter(dying, stashes: 200, Terms);
        await writer.CreateAsync();
        var zombie = new Owner(survivor, Terms);
        await zombie.ReplaceAsync("1");
        var owner = await new Owner(dying, Terms, zombie.Id).OwnAsync();

        await cluster.Cluster.KillSiloAsync(cluster.Silos[0]);

        await Until.TrueAsync(async () => (await writer.LostAsync(survivor)).Count == 0, "every stash was recovered", Patience);
        Assert.Equal(StashOutcome.Superseded, (await zombie.WriteAsync("zombie")).Outcome);
        var successor = await zombie.OwnAsync();
        Assert.Equal(owner.Epoch + 1, successor.Epoch);
        Assert.True((await successor.WriteAsync("2")).IsOk);
    }

    [Fact]
    public async Task SiloDies_WrittenBehind_WhatWasFlushedIsThere()
    {
        await using var cluster = await StartAsync(StashDurability.WriteBehind);
        var survivor = StashCluster.CohostedEngine(cluster.Silos[2]);
        var writer = new LoadWriter(StashCluster.CohostedEngine(cluster.Silos[0]), stashes: 200, Terms);
        await writer.CreateAsync();
        await Until.TrueAsync(() => cluster.Storage.Rows == 200, "everything was flushed", Patience);

        await cluster.Cluster.KillSiloAsync(cluster.Silos[0]);

        await Until.TrueAsync(async () => (await writer.LostAsync(survivor)).Count == 0, "every stash was recovered", Patience);
    }

    [Fact]
    public async Task WholeClusterStops_WrittenThrough_TheNextClusterHasEverything()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var writer = new LoadWriter(cluster.ClientEngine(), stashes: 200, Terms);
        await writer.CreateAsync();
        foreach (var silo in cluster.Silos)
        {
            await cluster.Cluster.StopSiloAsync(silo);
        }

        var next = await cluster.Cluster.StartAdditionalSiloAsync();

        await Until.TrueAsync(async () => (await writer.LostAsync(StashCluster.CohostedEngine(next))).Count == 0, "every stash was recovered", Patience);
    }

    private static Task<StashCluster> StartAsync(StashDurability durability) => StashCluster.StartAsync(silos: 3, options =>
    {
        options.DefaultDurability = durability;
        options.FlushInterval = TimeSpan.FromMilliseconds(50);
        options.StorageTimeout = TimeSpan.FromSeconds(10);
    });
}
