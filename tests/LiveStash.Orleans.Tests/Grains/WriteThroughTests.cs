using System.Diagnostics;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Durability WriteThrough: what is acknowledged is in storage, and what is not in storage is not acknowledged.</summary>
public sealed class WriteThroughTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    [Fact]
    public async Task EveryChange_Acknowledged_IsInStorage()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        var row = StashCluster.GrainIdOf(owner.Id);

        await owner.ReplaceAsync("1");
        Assert.Equal((1, owner.Version), (Row().Epoch, Row().Version));
        await owner.WriteAsync("2");
        Assert.Equal(owner.Version, Row().Version);

        var second = await owner.OwnAsync();
        Assert.Equal(2, Row().Epoch);

        var expiry = Row().ExpiresAt;
        Assert.True((await second.TouchAsync()).IsOk);
        Assert.True(Row().ExpiresAt > expiry);

        Assert.True((await second.ClearAsync()).IsOk);
        Assert.False(cluster.Storage.HasRow(row));

        StashState Row() => cluster.Storage.Get<StashState>(row)!;
    }

    [Fact]
    public async Task WriteAsync_StorageFails_UnavailableWithReasonAndTheFormerContentStays()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");

        cluster.Storage.WriteFailure = new IOException("disk full");
        var refused = await owner.WriteAsync("2");
        Assert.Equal(StashOutcome.Unavailable, refused.Outcome);
        Assert.Contains("disk full", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(StashOutcome.Unavailable, (await owner.ClearAsync()).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await owner.TouchAsync()).Outcome);

        cluster.Storage.WriteFailure = null;
        Assert.Equal("1", await owner.ReadAsync());
        Assert.True((await owner.WriteAsync("3")).IsOk);
        Assert.Equal("3", await owner.ReadAsync());
    }

    [Fact]
    public async Task OpenAsync_OwnWhileStorageFails_UnavailableAndTheOwnerStays()
    {
        await using var cluster = await StartAsync();
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms);
        await owner.ReplaceAsync("1");

        cluster.Storage.WriteFailure = new IOException("disk full");
        Assert.Equal(StashOutcome.Unavailable, (await engine.OpenAsync(owner.Id, StashOpenMode.Own, Terms)).Outcome);

        cluster.Storage.WriteFailure = null;
        Assert.True((await owner.WriteAsync("2")).IsOk);
    }

    [Fact]
    public async Task WriteAsync_StorageFailsOnANewStash_UnavailableAndThereIsNone()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        cluster.Storage.WriteFailure = new IOException("disk full");

        Assert.Equal(StashOutcome.Unavailable, (await owner.ReplaceAsync("1")).Outcome);

        cluster.Storage.WriteFailure = null;
        Assert.Equal("NotFound", await owner.ReadAsync());
    }

    [Fact]
    public async Task OpenAsync_StorageCannotBeRead_UnavailableAndNotNotFound()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        cluster.Storage.ReadFailure = new IOException("no connection");

        Assert.Equal("Unavailable", await owner.ReadAsync());

        cluster.Storage.ReadFailure = null;
        Assert.Equal("NotFound", await owner.ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_AnswerOfStorageLost_WhatStorageHoldsCounts()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");

        cluster.Storage.AnswerFailure = new IOException("connection reset");
        Assert.Equal(StashOutcome.Unavailable, (await owner.WriteAsync("2")).Outcome);
        cluster.Storage.AnswerFailure = null;

        Assert.Equal("2", await owner.ReadAsync());
        Assert.Equal(StashOutcome.VersionMismatch, (await owner.WriteAsync("3")).Outcome);
        Assert.True((await owner.ReplaceAsync("3")).IsOk);
    }

    [Fact]
    public async Task WriteAsync_StorageHangs_UnavailableInTimeAndNothingElseIsWrittenMeanwhile()
    {
        await using var cluster = await StartAsync(options => options.StorageTimeout = TimeSpan.FromMilliseconds(300));
        var owner = new Owner(cluster.ClientEngine(), Terms);

        // The first of all compiles what it meets, which a machine under load may not do within that time.
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk, "it is there");
        var gate = cluster.Storage.Gate = new();
        var writes = cluster.Storage.Writes;

        var hanging = await owner.WriteAsync("hangs");
        Assert.Equal(StashOutcome.Unavailable, hanging.Outcome);
        Assert.Contains("300 ms", hanging.Detail, StringComparison.Ordinal);
        Assert.Equal(writes + 1, cluster.Storage.Writes);

        var started = Stopwatch.GetTimestamp();
        var refused = await owner.WriteAsync("interleaves");
        Assert.Equal(StashOutcome.Unavailable, refused.Outcome);
        Assert.Contains("not ended", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(writes + 1, cluster.Storage.Writes);
        Assert.Equal(1, cluster.Storage.MostRunning);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));

        // The hanging write ends after all: it counts, since storage holds it, and the writer is told by the version.
        cluster.Storage.Gate = null;
        gate.SetResult();
        await Until.TrueAsync(async () => await owner.ReadAsync() == "hangs", "the hanging write was there");
        Assert.Equal(StashOutcome.VersionMismatch, (await owner.WriteAsync("2")).Outcome);
        Assert.True((await owner.ReplaceAsync("3")).IsOk);
        Assert.Equal(1, cluster.Storage.MostRunning);
    }

    [Fact]
    public async Task WriteAsync_StorageHangsForGood_IsWaitedForNoLongerAndItsLateEndChangesNothing()
    {
        await using var cluster = await StartAsync(options => options.StorageTimeout = TimeSpan.FromMilliseconds(300));
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk, "it is there");
        var gate = cluster.Storage.Gate = new();
        Assert.Equal(StashOutcome.Unavailable, (await owner.WriteAsync("hangs")).Outcome);
        cluster.Storage.Gate = null;

        await Until.TrueAsync(async () => (await owner.WriteAsync("2")).IsOk, "the grain gave the hanging write up");
        var stored = cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id));
        gate.SetResult();

        Assert.True((await owner.WriteAsync("3")).IsOk);
        Assert.Equal("3", await owner.ReadAsync());
        Assert.NotNull(stored);
    }

    [Theory]
    [InlineData(StashDurability.WriteThrough)]
    [InlineData(StashDurability.WriteBehind)]
    public async Task ClearAsync_FirstWriteHangsForGoodAndEndsLater_ContentDoesNotComeBackAndNoRowStays(StashDurability durability)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        await using var cluster = await StashCluster.StartAsync(
            configure: options => (options.DefaultDurability, options.StorageTimeout, options.FlushInterval) = (durability, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(20)),
            time: time);
        var owner = new Owner(cluster.ClientEngine(), Terms);
        var gate = cluster.Storage.Gate = new();

        // The first of all compiles what it meets, which a machine under load may not do within that time.
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk || cluster.Storage.Writes > 0, "it was sent");
        await Until.TrueAsync(() => cluster.Storage.Writes > 0, "the first write hung");
        cluster.Storage.Gate = null;
        await Until.TrueAsync(async () => (await owner.ClearAsync()).IsOk, "the grain gave the hanging write up");

        gate.SetResult();
        await Until.TrueAsync(() => cluster.Storage.Running == 0, "the hanging write ended");

        Assert.Equal("NotFound", await owner.ReadAsync());
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        await Until.TrueAsync(async () => await owner.ReadAsync() is not "Unavailable", "the row was read");
        Assert.Equal("NotFound", await owner.ReadAsync());
        await Until.TrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                await cluster.TickAsync(owner.Id);
                return cluster.Storage.Rows == 0;
            },
            "no row was left");
    }

    [Theory]
    [InlineData(5, 9, StashOutcome.Superseded)]
    [InlineData(1, 9, StashOutcome.VersionMismatch)]
    public async Task WriteAsync_AnotherActivationHasWritten_IsJudgedByWhatStorageHolds(long epoch, long version, StashOutcome expected)
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        var row = StashCluster.GrainIdOf(owner.Id);
        cluster.Storage.Overwrite<StashState>(row, state => Other(state, epoch, version));

        Assert.Equal(expected, (await owner.WriteAsync("mine")).Outcome);

        Assert.Equal("other", await owner.ReadAsync());
        Assert.Equal((epoch, version), (cluster.Storage.Get<StashState>(row)!.Epoch, cluster.Storage.Get<StashState>(row)!.Version));
        var successor = await owner.OwnAsync();
        Assert.Equal(epoch + 1, successor.Epoch);
        Assert.True((await successor.WriteAsync("2")).IsOk);
    }

    /// <summary>An attempt that was cut off reaches a silo that the others have declared dead, and writes over what was saved since.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteAsync_ReplaceThatComesLateAfterAnotherActivationHasWritten_TheNewerRowStays(bool isFirst)
    {
        await using var cluster = await StartAsync();
        var engine = cluster.ClientEngine();
        var (late, other) = (new Owner(engine, Terms), new Owner(engine, Terms));
        await other.ReplaceAsync("of another stash");
        var (row, state) = (StashCluster.GrainIdOf(late.Id), cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(other.Id))!);
        if (isFirst)
        {
            // The activation knows that there is none.
            Assert.Equal(StashOutcome.NotFound, (await engine.OpenAsync(late.Id, StashOpenMode.Own, Terms)).Outcome);
        }
        else
        {
            await late.ReplaceAsync("1");
        }

        cluster.Storage.Put(row, Other(state, epoch: 1, version: 9));
        var writes = cluster.Storage.Writes;

        var refused = await late.ReplaceAsync("late");

        Assert.Equal((StashOutcome.VersionMismatch, 9), (refused.Outcome, refused.Version));
        Assert.Equal(writes + 1, cluster.Storage.Writes); // the one that met the conflict
        Assert.Equal("other", await late.ReadAsync());
        Assert.Equal((1, 9), (cluster.Storage.Get<StashState>(row)!.Epoch, cluster.Storage.Get<StashState>(row)!.Version));
        Assert.True((await late.ReplaceAsync("2")).IsOk);
        Assert.Equal("2", await late.ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_AnotherActivationHasRemovedTheStash_NotFoundUntilReplace()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        cluster.Storage.Remove(StashCluster.GrainIdOf(owner.Id));

        Assert.Equal(StashOutcome.NotFound, (await owner.WriteAsync("2")).Outcome);
        Assert.True((await owner.ReplaceAsync("3")).IsOk);
        Assert.Equal("3", await owner.ReadAsync());
    }

    [Fact]
    public async Task ReadAsync_AfterAFailedWriteOfALowerEpochThanTheOneThatExpired_WhatIsStoredStays()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        await using var cluster = await StashCluster.StartAsync(configure: static options => options.DefaultDurability = StashDurability.WriteThrough, time: time);
        var expired = new Owner(cluster.ClientEngine(), Terms) { Epoch = 3 };
        await expired.ReplaceAsync("expired");
        time.Advance(Terms.TimeToLive);
        Assert.Equal("NotFound", await expired.ReadAsync());
        var owner = new Owner(cluster.ClientEngine(), Terms, expired.Id);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        cluster.Storage.WriteFailure = new IOException("disk full");
        Assert.Equal(StashOutcome.Unavailable, (await owner.WriteAsync("2")).Outcome);
        cluster.Storage.WriteFailure = null;

        Assert.Equal("1", await owner.ReadAsync());
        Assert.True(cluster.Storage.HasRow(StashCluster.GrainIdOf(owner.Id)));
    }

    [Fact]
    public async Task ClearAsync_BySupersededOwnerAfterAConflict_LeavesTheOthersRow()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        var row = StashCluster.GrainIdOf(owner.Id);
        cluster.Storage.Overwrite<StashState>(row, state => Other(state, epoch: 5, version: 9));

        Assert.Equal(StashOutcome.Superseded, (await owner.ClearAsync()).Outcome);
        Assert.True(cluster.Storage.HasRow(row));
    }

    internal static StashState Other(StashState state, long epoch, long version) => new()
    {
        Epoch = epoch,
        Version = version,
        TimeToLive = state.TimeToLive,
        ExpiresAt = state.ExpiresAt,
        Names = ["value"],
        Values = ["other"u8.ToArray()],
        Durability = state.Durability,
        IsListed = state.IsListed,
    };

    private static Task<StashCluster> StartAsync(Action<StashGrainOptions>? configure = null) => StashCluster.StartAsync(
        configure: options =>
        {
            options.DefaultDurability = StashDurability.WriteThrough;
            options.StorageTimeout = TimeSpan.FromSeconds(10);
            configure?.Invoke(options);
        });
}
