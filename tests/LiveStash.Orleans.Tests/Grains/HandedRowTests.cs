using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>What the activation on another silo has to know of the row, besides the content.</summary>
public sealed class HandedRowTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Fact]
    public async Task Flush_OnTheSuccessorFailsOverARowThatWasKeptEmpty_WhatWasAcknowledgedIsStored()
    {
        var isListingDown = false;
        await using var cluster = await StartAsync(
            TimeSpan.FromSeconds(10),
            silo => silo.AddOutgoingGrainCallFilter(call => isListingDown && call.InterfaceName.EndsWith(nameof(ILedgerGrain), StringComparison.Ordinal)
                ? throw new IOException("down")
                : call.Invoke()));
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var survivor = StashCluster.CohostedEngine(first);
        var owner = new Owner(StashCluster.CohostedEngine(second), Terms);
        cluster.Storage.KeepsClearedRows = true;
        await owner.ReplaceAsync("1");
        await Until.TrueAsync(() => Row(cluster, owner) is not null, "it was stored");
        Assert.True((await owner.ClearAsync()).IsOk);
        Assert.Equal((1, null), (cluster.Storage.Rows, Row(cluster, owner)));
        await cluster.Grain(owner.Id).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(second) == 0, "the activation was gone");
        isListingDown = true;
        Assert.True((await owner.ReplaceAsync("2")).IsOk);
        cluster.Storage.WriteFailure = new IOException("disk full");
        await cluster.Cluster.StopSiloAsync(second);
        var writes = cluster.Storage.Writes;
        isListingDown = false;
        await Until.TrueAsync(() => cluster.Storage.Writes > writes, "a flush failed");

        cluster.Storage.WriteFailure = null;

        await Until.TrueAsync(async () => await owner.ReadAsync(survivor) != "2" || Row(cluster, owner) is not null, "a flush was over");
        Assert.Equal("2", await owner.ReadAsync(survivor));
    }

    [Fact]
    public async Task ClearAsync_OnTheSuccessorWhileTheFirstWriteHangs_ContentDoesNotComeBackAndNoRowStays()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(500));
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var survivor = StashCluster.CohostedEngine(first);
        var owner = new Owner(StashCluster.CohostedEngine(second), Terms);
        var gate = cluster.Storage.Gate = new();
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk, "it is there");
        await Until.TrueAsync(() => cluster.Storage.Writes > 0, "the first write hung");
        cluster.Storage.Gate = null;
        await cluster.Cluster.StopSiloAsync(second);
        await Until.TrueAsync(async () => (await survivor.ClearAsync(owner.Id, owner.Epoch)).IsOk, "it was removed");

        gate.SetResult();
        await Until.TrueAsync(() => cluster.Storage.Running == 0, "the hanging write ended");

        Assert.Equal("NotFound", await owner.ReadAsync(survivor));
        await cluster.Grain(owner.Id).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(first) == 0, "the activation was gone");
        await Until.TrueAsync(async () => await owner.ReadAsync(survivor) is not "Unavailable", "the row was read");
        Assert.Equal("NotFound", await owner.ReadAsync(survivor));
        await Until.TrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                await cluster.TickAsync(owner.Id);
                return cluster.Storage.Rows == 0;
            },
            "no row was left");
    }

    private static StashState? Row(StashCluster cluster, Owner owner) => cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id));

    private Task<StashCluster> StartAsync(TimeSpan timeout, Action<ISiloBuilder>? configureSilo = null) => StashCluster.StartAsync(
        silos: 2,
        options => (options.DefaultDurability, options.StorageTimeout, options.FlushInterval) = (StashDurability.WriteBehind, timeout, TimeSpan.FromMilliseconds(20)),
        _time,
        configureSilo: configureSilo);
}
