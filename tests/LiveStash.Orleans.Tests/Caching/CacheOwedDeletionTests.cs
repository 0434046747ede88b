using LiveStash.Orleans.Caching;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>Durability WriteBehind: what ended before storage learned of it takes the row of the one before along, whatever ends its activation.</summary>
public sealed class CacheOwedDeletionTests
{
    private const string Key = "key";
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);
    private static readonly GrainId Row = StashCluster.GrainIdOf(new CacheKeys("").IdOf(Key));
    private static readonly DistributedCacheEntryOptions Long = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
    private static readonly DistributedCacheEntryOptions Brief = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(2) };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    /// <param name="isRead">Whether somebody asks between its end and the silo's.</param>
    /// <param name="fails">Whether storage cannot be written to, nor read, until the silo has stopped.</param>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task SiloStopped_AfterTheLastOneExpiredUnstored_TheOneBeforeDoesNotComeBack(bool isRead, bool fails)
    {
        await using var cluster = await StoredAsync(silos: 2);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var cache = Cache(second.Grains());
        await cache.SetAsync(Key, [2], Brief);
        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = fails ? (new IOException("down"), new IOException("down")) : (null, null);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(isRead ? await cache.GetAsync(Key) : null);

        await cluster.Cluster.StopSiloAsync(second);
        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);

        Assert.Null(await Cache(first.Grains()).GetAsync(Key));
        Assert.Null(await Cache(first.Grains()).GetAsync(Key));
        Assert.False(cluster.Storage.HasRow(Row));
    }

    [Fact]
    public async Task SiloStopped_AfterTheLastOneExpiredUnstored_WhatIsSetOnTheSuccessorStays()
    {
        await using var cluster = await StoredAsync(silos: 2);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        await Cache(second.Grains()).SetAsync(Key, [2], Brief);
        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (new IOException("down"), new IOException("down"));
        _time.Advance(TimeSpan.FromSeconds(3));
        await cluster.Cluster.StopSiloAsync(second);
        await Cache(first.Grains()).SetAsync(Key, [3], Long);
        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);

        await cluster.Cluster.StopSiloAsync(first);

        Assert.Equal([3], cluster.Storage.Get<StashState>(Row)!.Values[0]);
    }

    [Fact]
    public async Task SiloStopped_ItIsTheLastAndTheLastOneExpiredUnstored_TheRowOfTheOneBeforeIsGone()
    {
        await using var cluster = await StoredAsync(silos: 1);
        await Cache(cluster.Silos[0].Grains()).SetAsync(Key, [2], Brief);
        _time.Advance(TimeSpan.FromSeconds(3));

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.False(cluster.Storage.HasRow(Row));
    }

    /// <summary>What ended with its row needs no care: its ledger has that deleted, and there may be very many of these.</summary>
    [Fact]
    public async Task SiloStopped_AfterAStoredOneExpired_LeavesTheRowToTheLedger()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, time: _time);
        var second = cluster.Silos[1];
        await CacheParts.Cache(second.Grains(), _time, static options => options.Durability = StashDurability.WriteThrough).SetAsync(Key, [1], Brief);
        _time.Advance(TimeSpan.FromSeconds(3));

        await cluster.Cluster.StopSiloAsync(second);

        Assert.Equal((0, 0), (cluster.Storage.Clears, await StashCluster.ActivationsAsync(cluster.Silos[0])));
    }

    [Fact]
    public async Task Get_LongAfterTheLastOneExpiredUnstoredWhileStorageFails_TheOneBeforeDoesNotComeBack()
    {
        // The system's clock, since Orleans collects by that.
        await using var cluster = await StashCluster.StartAsync(
            configure: static options => options.FlushInterval = TimeSpan.FromMilliseconds(50),
            configureSilo: silo => silo.Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionQuantum = TimeSpan.FromMilliseconds(100);
                options.CollectionAge = TimeSpan.FromMilliseconds(200);
                options.ClassSpecificCollectionAge[StashGrain.Class.FullName!] = TimeSpan.FromMilliseconds(200);
            }));
        var cache = CacheParts.Cache(cluster.Cluster.Client, TimeProvider.System, static options => options.Durability = StashDurability.WriteBehind);
        var memory = CacheParts.Cache(cluster.Cluster.Client, TimeProvider.System, static options => options.Durability = StashDurability.Memory);
        await cache.SetAsync(Key, [1], Long);
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row), "it is stored");
        cluster.Storage.WriteFailure = new IOException("disk full");
        await cache.SetAsync(Key, [2], Brief);
        foreach (var later in new[] { "later", "and another" })
        {
            await memory.SetAsync(later, [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(5) });
        }

        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) <= 1, "what ended later was collected");
        cluster.Storage.WriteFailure = null;

        Assert.Null(await cache.GetAsync(Key));
        await Until.TrueAsync(() => !cluster.Storage.HasRow(Row), "its row is gone");
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "its activation was collected then");
    }

    /// <summary>An entry that is stored, and silos that store nothing more by themselves.</summary>
    private async Task<StashCluster> StoredAsync(int silos)
    {
        var all = new List<StashGrainOptions>();
        var cluster = await StashCluster.StartAsync(
            silos,
            options =>
            {
                options.FlushInterval = TimeSpan.FromMilliseconds(50);
                lock (all)
                {
                    all.Add(options);
                }
            },
            _time);
        await Cache(cluster.Silos[^1].Grains()).SetAsync(Key, [1], Long);
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row), "it is stored");
        all.ForEach(static options => options.FlushInterval = Never);
        return cluster;
    }

    private OrleansDistributedCache Cache(IGrainFactory grains) => CacheParts.Cache(grains, _time, static options => options.Durability = StashDurability.WriteBehind);
}
