using LiveStash.Orleans.Caching;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>A cache that was deployed with a durability and then with less: what storage has from before does not come in the place of what was set since.</summary>
public sealed class CacheDurabilityTests
{
    private const string Key = "key";
    private static readonly StashId Id = new CacheKeys("").IdOf(Key);
    private static readonly GrainId Row = StashCluster.GrainIdOf(Id);
    private static readonly DistributedCacheEntryOptions Long = new() { SlidingExpiration = TimeSpan.FromHours(1) };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(null)]
    public async Task Remove_AfterASetInMemory_TheStoredOneDoesNotComeBack(StashDurability? lowered)
    {
        await using var cluster = await StoredAsync();
        var cache = Cache(cluster, lowered);
        await cache.SetAsync(Key, [3], Long);

        await cache.RemoveAsync(Key);

        Assert.Null(await cache.GetAsync(Key));
        Assert.False(cluster.Storage.HasRow(Row));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Remove_AfterASetInMemoryAndStorageFails_ThrowsAndWhatWasSetIsStillThere(bool isReadable)
    {
        await using var cluster = await StoredAsync();
        var cache = Cache(cluster, StashDurability.Memory);
        await cache.SetAsync(Key, [3], Long);
        cluster.Storage.ReadFailure = isReadable ? null : new IOException("no connection");
        cluster.Storage.WriteFailure = new IOException("disk full");

        await Assert.ThrowsAsync<OrleansException>(() => cache.RemoveAsync(Key));

        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);
        Assert.Equal([3], await cache.GetAsync(Key));
        await cache.RemoveAsync(Key);
        Assert.Null(await cache.GetAsync(Key));
        Assert.False(cluster.Storage.HasRow(Row));
    }

    [Theory]
    [InlineData(StashDurability.WriteBehind)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task Get_ByAServerThatAsksForMoreYet_IsWhatWasSetLast(StashDurability former)
    {
        await using var cluster = await StoredAsync();
        await Cache(cluster, StashDurability.Memory).SetAsync(Key, [3], Long);

        Assert.Equal([3], await Cache(cluster, former).GetAsync(Key));
    }

    [Fact]
    public async Task Get_AfterTheOneInMemoryExpired_TheStoredOneDoesNotComeBack()
    {
        await using var cluster = await StoredAsync();
        var cache = Cache(cluster, StashDurability.Memory);
        await cache.SetAsync(Key, [3], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(2) });
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Null(await cache.GetAsync(Key));
        Assert.Null(await cache.GetAsync(Key));

        Assert.False(cluster.Storage.HasRow(Row));
    }

    /// <summary>An entry that was stored twice, and is not in memory.</summary>
    private async Task<StashCluster> StoredAsync()
    {
        var cluster = await StashCluster.StartAsync(time: _time);
        var cache = Cache(cluster, StashDurability.WriteThrough);
        await cache.SetAsync(Key, [1], Long);
        await cache.SetAsync(Key, [2], Long);
        await cluster.Grain(Id).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        _time.Advance(TimeSpan.FromSeconds(1));
        return cluster;
    }

    private OrleansDistributedCache Cache(StashCluster cluster, StashDurability? durability) =>
        CacheParts.Cache(cluster.Cluster.Client, _time, options => options.Durability = durability);
}
