using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Durability WriteBehind: acknowledged from memory, in storage soon after.</summary>
public sealed class WriteBehindTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    [Fact]
    public async Task WriteAsync_ManyTimesWithinTheInterval_AreOneStorageWrite()
    {
        await using var cluster = await StartAsync(TimeSpan.FromSeconds(2));
        var owner = new Owner(cluster.ClientEngine(), Terms);
        Assert.True((await owner.ReplaceAsync("0")).IsOk);
        Assert.Equal(0, cluster.Storage.Writes);
        for (var i = 1; i <= 100; i++)
        {
            Assert.True((await owner.WriteAsync($"{i}")).IsOk);
        }

        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the last write was in storage");

        // One, or a few where this machine needed longer than the interval for the hundred.
        Assert.InRange(cluster.Storage.Writes, 1, 20);
    }

    [Fact]
    public async Task WriteAsync_StorageFails_OkWithStorageFailingUntilTheFlushSucceeds()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = new Owner(cluster.ClientEngine(), Terms);
        cluster.Storage.WriteFailure = new IOException("disk full");
        var first = await owner.ReplaceAsync("1");
        Assert.Equal((true, false), (first.IsOk, first.StorageFailing));

        await Until.TrueAsync(async () => await owner.WriteAsync("2") is { IsOk: true, StorageFailing: true }, "a result said that storage fails");
        Assert.False(cluster.Storage.HasRow(StashCluster.GrainIdOf(owner.Id)));

        cluster.Storage.WriteFailure = null;
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the flush succeeded");
        await Until.TrueAsync(async () => await owner.TouchAsync() is { IsOk: true, StorageFailing: false }, "results said that storage works");
    }

    [Fact]
    public async Task WriteAsync_FlushHangs_IsAcknowledgedMeanwhile()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(20), options => options.StorageTimeout = TimeSpan.FromMinutes(1));
        var owner = new Owner(cluster.ClientEngine(), Terms);
        var gate = cluster.Storage.Gate = new();
        await owner.ReplaceAsync("1");
        await Until.TrueAsync(() => cluster.Storage.Writes == 1, "the flush hung");

        for (var i = 0; i < 50; i++)
        {
            Assert.True((await owner.WriteAsync($"{i}")).IsOk);
        }

        Assert.Equal("49", await owner.ReadAsync());
        Assert.Equal(1, cluster.Storage.Writes);
        cluster.Storage.Gate = null;
        gate.SetResult();
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the last write was in storage");
        Assert.Equal(1, cluster.Storage.MostRunning);
    }

    [Fact]
    public async Task Flush_AnotherActivationHasWrittenWithAnOlderEpoch_OursWins()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = await FlushedAsync(cluster, epoch: 5);
        cluster.Storage.Overwrite<StashState>(StashCluster.GrainIdOf(owner.Id), state => WriteThroughTests.Other(state, epoch: 4, version: 99));

        Assert.True((await owner.WriteAsync("mine")).IsOk);

        await Until.TrueAsync(() => Row(cluster, owner) is { Epoch: 5 } row && row.Version == owner.Version, "ours was in storage");
        Assert.Equal("mine", await owner.ReadAsync());
    }

    [Fact]
    public async Task Flush_AnotherActivationHasWrittenWithALaterEpoch_TheOtherWins()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = await FlushedAsync(cluster, epoch: 5);
        cluster.Storage.Overwrite<StashState>(StashCluster.GrainIdOf(owner.Id), state => WriteThroughTests.Other(state, epoch: 6, version: 99));

        // Acknowledged from memory, as this silo cannot know yet; lost with the interval, as after a crash.
        Assert.True((await owner.WriteAsync("mine")).IsOk);

        await Until.TrueAsync(async () => (await owner.TouchAsync()).Outcome == StashOutcome.Superseded, "the older owner was told");
        Assert.Equal("other", await owner.ReadAsync());
        Assert.Equal((6, 99), (Row(cluster, owner)!.Epoch, Row(cluster, owner)!.Version));
    }

    [Fact]
    public async Task Flush_StashHasExpiredBeforeItCould_StoresNothingAndEnds()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(20), time: time);
        var expired = new Owner(cluster.ClientEngine(), Terms);
        cluster.Storage.WriteFailure = new IOException("disk full");
        await expired.ReplaceAsync("1");
        await Until.TrueAsync(() => cluster.Storage.Writes > 0, "a flush failed");
        time.Advance(Terms.TimeToLive);

        // Refused, and in its turn: a flush that began before it had expired has failed by now.
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => cluster.Grain(expired.Id).TouchAsync(new(expired.Id, long.MaxValue, Terms)).AsTask());
        cluster.Storage.WriteFailure = null;

        // Another stash, whose flushes measure the time.
        var other = new Owner(cluster.ClientEngine(), Terms);
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await other.ReplaceAsync($"{i}")).IsOk);
            await Until.TrueAsync(() => Row(cluster, other)?.Version == other.Version, "the other was in storage");
        }

        Assert.False(cluster.Storage.HasRow(StashCluster.GrainIdOf(expired.Id)));
        Assert.Equal(0, cluster.Storage.Clears);
    }

    [Fact]
    public async Task ClearAsync_BeforeAndAfterTheFlush_LeavesNoRow()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = await FlushedAsync(cluster, epoch: 1);
        Assert.True((await owner.ClearAsync()).IsOk);
        Assert.Equal(0, cluster.Storage.Rows);

        Assert.True((await owner.ReplaceAsync("again")).IsOk);
        Assert.True((await owner.ClearAsync()).IsOk);
        Assert.Equal("NotFound", await owner.ReadAsync());
        Assert.Equal(0, cluster.Storage.Rows);
    }

    [Fact]
    public async Task ClearAsync_DuringTheFirstFlush_LeavesNoRow()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(20), options => options.StorageTimeout = TimeSpan.FromMinutes(1));
        var owner = new Owner(cluster.ClientEngine(), Terms);
        var gate = cluster.Storage.Gate = new();
        await owner.ReplaceAsync("1");
        await Until.TrueAsync(() => cluster.Storage.Writes == 1, "the flush hung");

        var clearing = owner.ClearAsync();
        await Task.Delay(100);
        cluster.Storage.Gate = null;
        gate.SetResult();

        Assert.True((await clearing).IsOk);
        await Task.Delay(200); // the flush is over
        Assert.Equal(0, cluster.Storage.Rows);
    }

    [Fact]
    public async Task ClearAsync_OnTheSuccessorBeforeItsFlush_OldContentDoesNotComeBack()
    {
        await using var cluster = await StartAsync(Never);
        var silo = cluster.Silos[0];
        var owner = new Owner(StashCluster.CohostedEngine(silo), Terms);
        await owner.ReplaceAsync("old");
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the old content was in storage");
        var successor = StashCluster.CohostedEngine(await cluster.Cluster.StartAdditionalSiloAsync());
        await cluster.Cluster.WaitForLivenessToStabilizeAsync();
        Assert.True((await owner.WriteAsync("new")).IsOk);
        await cluster.Cluster.StopSiloAsync(silo);
        Assert.Equal("new", await owner.ReadAsync(successor));

        Assert.True((await successor.ClearAsync(owner.Id, owner.Epoch)).IsOk);

        Assert.False(cluster.Storage.HasRow(StashCluster.GrainIdOf(owner.Id)));
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        Assert.Equal("NotFound", await owner.ReadAsync(successor));
    }

    [Fact]
    public async Task ClearAsync_FlushAfterAFailureReadsMeanwhile_ContentDoesNotComeBack()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(100), options => options.StorageTimeout = TimeSpan.FromSeconds(20));
        var owner = await FlushedAsync(cluster, epoch: 1);
        cluster.Storage.WriteFailure = new IOException("disk full");
        await Until.TrueAsync(async () => await owner.WriteAsync("2") is { IsOk: true, StorageFailing: true }, "a flush failed");
        var gate = cluster.Storage.ReadGate = new();
        cluster.Storage.WriteFailure = null;
        var reads = cluster.Storage.Reads;

        var clear = owner.ClearAsync();
        await Until.TrueAsync(() => cluster.Storage.Reads > reads, "the row was read");
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // longer than until the next flush, which waits for its turn then
        cluster.Storage.ReadGate = null;
        gate.SetResult();

        Assert.True((await clear).IsOk);
        Assert.Equal("NotFound", await owner.ReadAsync());
        Assert.False(cluster.Storage.HasRow(StashCluster.GrainIdOf(owner.Id)));
    }

    [Fact]
    public async Task ClearAsync_StorageFails_UnavailableAndTheContentStays()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = await FlushedAsync(cluster, epoch: 1);
        cluster.Storage.WriteFailure = new IOException("disk full");

        Assert.Equal(StashOutcome.Unavailable, (await owner.ClearAsync()).Outcome);
        Assert.Equal("flushed", await owner.ReadAsync());
    }

    [Fact]
    public async Task ClearAsync_AnswerOfStorageLost_WhatIsWrittenThenIsStored()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = await FlushedAsync(cluster, epoch: 1);
        cluster.Storage.AnswerFailure = new IOException("connection reset");
        Assert.Equal(StashOutcome.Unavailable, (await owner.ClearAsync()).Outcome);
        cluster.Storage.AnswerFailure = null;
        var reads = cluster.Storage.Reads;

        Assert.True((await owner.WriteAsync("2")).IsOk);

        await Until.TrueAsync(() => cluster.Storage.Reads > reads, "the flush had found no row");
        await Until.TrueAsync(async () => await owner.ReadAsync() != "2" || Row(cluster, owner)?.Version == owner.Version, "the flush was over");
        Assert.Equal("2", await owner.ReadAsync());
    }

    [Fact]
    public async Task ClearAsync_TakesEffectDuringTheNextFlush_WhatIsWrittenThenIsStored()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(20), options => options.StorageTimeout = TimeSpan.FromMilliseconds(300));
        var owner = await FlushedAsync(cluster, epoch: 1);
        var clear = cluster.Storage.Gate = new();
        Assert.Equal(StashOutcome.Unavailable, (await owner.ClearAsync()).Outcome);
        var flush = cluster.Storage.Gate = new();
        var writes = cluster.Storage.Writes;
        Assert.True((await owner.WriteAsync("2")).IsOk);
        await Until.TrueAsync(() => cluster.Storage.Writes > writes, "the flush has found the row");

        clear.SetResult();
        await Until.TrueAsync(() => cluster.Storage.Rows == 0, "the row was gone");
        cluster.Storage.Gate = null;
        flush.SetResult();

        await Until.TrueAsync(async () => await owner.ReadAsync() != "2" || Row(cluster, owner)?.Version == owner.Version, "the flush was over");
        Assert.Equal("2", await owner.ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_MoreWasAskedForAndStorageFailed_GoesOnAndIsFlushed()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50));
        var owner = await FlushedAsync(cluster, epoch: 1);
        cluster.Storage.WriteFailure = new IOException("disk full");
        Assert.True((await owner.WriteAsync("2")).IsOk);

        Assert.Equal(StashOutcome.Unavailable, (await owner.TouchAsync(Terms with { Durability = StashDurability.WriteThrough })).Outcome);

        Assert.Equal(StashOutcome.Ok, (await owner.WriteAsync("3")).Outcome);
        cluster.Storage.WriteFailure = null;
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the last write was in storage");
        Assert.Equal((int)StashDurability.WriteBehind, Row(cluster, owner)!.Durability);
    }

    /// <summary>The other may be dead, and not declared so yet: what sets out for it is lost.</summary>
    [Fact]
    public async Task SiloStops_AnotherIsThere_UnflushedWritesAreStoredBeforeTheyGoAlong()
    {
        await using var cluster = await StartAsync(Never, silos: 2);
        var survivor = StashCluster.CohostedEngine(cluster.Silos[1]);
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), Terms);
        await owner.ReplaceAsync("1");
        await owner.WriteAsync("2");
        await Until.TrueAsync(() => cluster.Left == (0, 2, 1), "it was listed");

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Equal(owner.Version, Row(cluster, owner)?.Version);
        var reads = cluster.Storage.Reads;
        Assert.Equal("2", await owner.ReadAsync(survivor));
        Assert.Equal((reads, 1), (cluster.Storage.Reads, cluster.Storage.Writes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SiloStops_AnotherIsThereAndStorageDoesNotWork_UnflushedWritesGoAlong(bool hangs)
    {
        await using var cluster = await StartAsync(Never, options => options.StorageTimeout = TimeSpan.FromSeconds(1), silos: 2);
        var survivor = StashCluster.CohostedEngine(cluster.Silos[1]);
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), Terms);
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk, "it is there");
        await owner.WriteAsync("2");
        cluster.Storage.Gate = hangs ? new() : null;
        cluster.Storage.WriteFailure = hangs ? null : new IOException("disk full");

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Equal("2", await owner.ReadAsync(survivor));
        Assert.Equal(0, cluster.Storage.Rows);
    }

    [Fact]
    public async Task SiloStops_ItIsTheLast_UnflushedWritesAreStored()
    {
        await using var cluster = await StartAsync(Never);
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), Terms);
        await owner.ReplaceAsync("1");
        await owner.WriteAsync("2");
        Assert.Equal(0, cluster.Storage.Writes);
        await Until.TrueAsync(() => cluster.Left == (0, 2, 1), "it was listed");

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Equal(owner.Version, Row(cluster, owner)?.Version);
    }

    [Fact]
    public async Task SiloStops_ItIsTheLastAndStorageFailsForAWhile_UnflushedWritesAreNotLost()
    {
        await using var cluster = await StartAsync(Never);
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), Terms);
        await owner.ReplaceAsync("1");
        await Until.TrueAsync(() => cluster.Left == (0, 2, 1), "it was listed");
        cluster.Storage.WriteFailure = new IOException("failing over");

        var stopping = cluster.Cluster.StopSiloAsync(cluster.Silos[0]);
        await Until.TrueAsync(() => cluster.Storage is { Writes: > 0, Running: 0 }, "an attempt failed");
        cluster.Storage.WriteFailure = null;
        await stopping;

        Assert.Equal(owner.Version, Row(cluster, owner)?.Version);
    }

    /// <summary>Its ledgers stop with the silo, and no row is made that is not listed.</summary>
    [Fact]
    public async Task SiloStops_ItIsTheLastAndAStashIsBeingListed_UnflushedWritesAreStored()
    {
        await using var cluster = await StartAsync(Never, configureSilo: static silo => silo.AddOutgoingGrainCallFilter(static async call =>
        {
            await Task.Delay(TimeSpan.FromSeconds(call.InterfaceName.EndsWith(nameof(ILedgerGrain), StringComparison.Ordinal) ? 1 : 0));
            await call.Invoke();
        }));
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), Terms);
        await owner.ReplaceAsync("1");

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Equal(owner.Version, Row(cluster, owner)?.Version);
    }

    [Fact]
    public async Task SiloStops_FlushedStash_IsWrittenOnBySuccessorWithoutConflict()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(50), silos: 2);
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the first write was in storage");
        var reads = cluster.Storage.Reads;

        foreach (var silo in cluster.Silos)
        {
            await cluster.Cluster.StartAdditionalSiloAsync();
            await cluster.Cluster.StopSiloAsync(silo);
        }

        Assert.True((await owner.WriteAsync("2")).IsOk);
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the second write was in storage");
        Assert.Equal(reads, cluster.Storage.Reads);
    }

    private static StashState? Row(StashCluster cluster, Owner owner) => cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id));

    private static async Task<Owner> FlushedAsync(StashCluster cluster, long epoch)
    {
        var owner = new Owner(cluster.ClientEngine(), Terms) { Epoch = epoch };
        await owner.ReplaceAsync("flushed");
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the first write was in storage");
        return owner;
    }

    private static Task<StashCluster> StartAsync(
        TimeSpan interval, Action<StashGrainOptions>? configure = null, int silos = 1, FakeTimeProvider? time = null, Action<ISiloBuilder>? configureSilo = null) => StashCluster.StartAsync(
        silos,
        options =>
        {
            options.DefaultDurability = StashDurability.WriteBehind;
            options.FlushInterval = interval;
            configure?.Invoke(options);
        },
        time,
        configureSilo: configureSilo);
}
