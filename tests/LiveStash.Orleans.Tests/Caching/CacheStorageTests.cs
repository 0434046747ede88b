using LiveStash.Orleans.Caching;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>What a cache costs its storage, and what becomes of it when storage, a silo or a whole cluster fails.</summary>
public sealed class CacheStorageTests
{
    private const string Key = "key";
    private static readonly TimeSpan Sliding = TimeSpan.FromMinutes(8);
    private static readonly GrainId Row = StashCluster.GrainIdOf(new CacheKeys("").IdOf(Key));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Theory]
    [InlineData(StashDurability.WriteBehind)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task Get_OfASlidingEntry_WaitsForNoStorageAndIsStoredOnceForMany(StashDurability durability)
    {
        await using var cluster = await StashCluster.StartAsync(time: _time);
        var cache = Cache(cluster, durability);

        // An eighth of it is how long storage does not know of a use: here a second of the real clock.
        await cache.SetAsync(Key, [1], new() { SlidingExpiration = TimeSpan.FromSeconds(8) });
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row), "it is stored");
        var (writes, stored) = (cluster.Storage.Writes, Stored(cluster).ExpiresAt);
        cluster.Storage.Gate = new();
        for (var i = 0; i < 50; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal([1], await cache.GetAsync(Key));
            await cache.RefreshAsync(Key);
        }

        Assert.Equal(stored, Stored(cluster).ExpiresAt);
        cluster.Storage.Gate.SetResult();
        cluster.Storage.Gate = null;
        await Until.TrueAsync(() => Stored(cluster).ExpiresAt == (_time.GetUtcNow() + TimeSpan.FromSeconds(8)).UtcTicks, "storage knows of the last use");
        Assert.InRange(cluster.Storage.Writes - writes, 1, 3);
    }

    [Theory]
    [InlineData(StashDurability.WriteBehind)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task Get_OfAnEntryWithoutSliding_WritesNothing(StashDurability durability)
    {
        await using var cluster = await StashCluster.StartAsync(time: _time);
        var cache = Cache(cluster, durability);
        await cache.SetAsync(Key, [1], new() { AbsoluteExpirationRelativeToNow = Sliding });
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row), "it is stored");
        var (before, writes) = (Stored(cluster), cluster.Storage.Writes);
        _time.Advance(Sliding / 2);

        Assert.NotNull(await cache.GetAsync(Key));
        await cache.SetAsync("other", [1], new() { SlidingExpiration = Sliding });
        await Until.TrueAsync(() => cluster.Storage.Writes == writes + 1, "another is stored");

        Assert.Same(before, Stored(cluster));
    }

    [Theory]
    [InlineData(StashDurability.WriteBehind)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task SilosAllStopped_AnEntryThatWasUsed_IsStoredWithItsLastUse(StashDurability durability)
    {
        await using var cluster = await StashCluster.StartAsync(time: _time);
        var cache = Cache(cluster, durability);
        await cache.SetAsync(Key, [1], new() { SlidingExpiration = Sliding, AbsoluteExpirationRelativeToNow = Sliding * 2 });
        _time.Advance(Sliding - TimeSpan.FromTicks(1));
        Assert.NotNull(await cache.GetAsync(Key));

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Equal((_time.GetUtcNow() + Sliding).UtcTicks, Stored(cluster).ExpiresAt);
    }

    [Fact]
    public async Task SiloKilled_WithWriteThrough_WhatWasSetIsThereWithItsExpirations()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, time: _time);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var placed = CacheParts.Cache(second.Grains(), _time, static options => options.Durability = StashDurability.WriteThrough);
        await placed.SetAsync(Key, [1], new() { SlidingExpiration = Sliding, AbsoluteExpirationRelativeToNow = Sliding * 1.5 });
        await placed.SetAsync("removed", [1], new());
        await placed.RemoveAsync("removed");

        await cluster.Cluster.KillSiloAsync(second);

        var cache = CacheParts.Cache(first.Grains(), _time, static options => options.Durability = StashDurability.WriteThrough);
        _time.Advance(Sliding - TimeSpan.FromTicks(1));
        Assert.Equal([1], await cache.GetAsync(Key));
        Assert.Null(await cache.GetAsync("removed"));
        _time.Advance((Sliding / 2) + TimeSpan.FromTicks(1));
        Assert.Null(await cache.GetAsync(Key));
    }

    [Fact]
    public async Task SiloStopped_InMemory_TheEntryMovesWithItsExpirations()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, time: _time, withStorage: false);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        await CacheParts.Cache(second.Grains(), _time).SetAsync(Key, [1], new() { SlidingExpiration = Sliding, AbsoluteExpirationRelativeToNow = Sliding * 1.5 });

        await cluster.Cluster.StopSiloAsync(second);

        var cache = CacheParts.Cache(first.Grains(), _time);
        _time.Advance(Sliding - TimeSpan.FromTicks(1));
        Assert.Equal([1], await cache.GetAsync(Key));
        _time.Advance((Sliding / 2) + TimeSpan.FromTicks(1));
        Assert.Null(await cache.GetAsync(Key));
    }

    [Fact]
    public async Task Set_StorageFails_ThrowsAndWhatWasThereIsStillServed()
    {
        await using var cluster = await StashCluster.StartAsync(time: _time);
        var cache = Cache(cluster, StashDurability.WriteThrough);
        await cache.SetAsync(Key, [1], new() { SlidingExpiration = Sliding });
        cluster.Storage.WriteFailure = new IOException("disk full");

        var error = await Assert.ThrowsAsync<OrleansException>(() => cache.SetAsync(Key, [2], new()));
        Assert.Contains("disk full", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OrleansException>(() => cache.RemoveAsync(Key));
        Assert.Throws<OrleansException>(() => cache.Set(Key, [2], new()));

        _time.Advance(Sliding / 2);
        Assert.Equal([1], await cache.GetAsync(Key));
        await cache.RefreshAsync(Key);
        cluster.Storage.WriteFailure = null;
        await cache.SetAsync(Key, [3], new());
        Assert.Equal([3], await cache.GetAsync(Key));
    }

    [Theory]
    [InlineData(1, StashDurability.WriteThrough)]
    [InlineData(2, StashDurability.WriteThrough)]
    [InlineData(1, StashDurability.WriteBehind)]
    [InlineData(2, StashDurability.WriteBehind)]
    public async Task AnyCalls_WhileStorageFailsAtTimesAndEntriesAreUsed_WhatIsReadWasAcknowledgedLast(int seed, StashDurability durability)
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, static options => options.FlushInterval = TimeSpan.FromMilliseconds(10), _time);
        var caches = cluster.Silos.Select(static silo => silo.Grains()).Append(cluster.Cluster.Client)
            .Select(grains => CacheParts.Cache(grains, _time, options => options.Durability = durability)).ToArray();
        var random = new Random(seed);

        // Short, so that uses are stored in between; on the clock of expirations nothing passes.
        var sliding = TimeSpan.FromMilliseconds(80);
        byte[] possible = [0];
        for (var i = 1; i <= 250; i++)
        {
            var cache = caches[random.Next(3)];
            var value = (byte)i;
            if (random.Next(8) == 0)
            {
                cluster.Storage.FailAfter(random.Next(3), afterEffect: random.Next(2) == 0);
            }
            else if (random.Next(3) == 0)
            {
                cluster.Storage.FailAfter(int.MaxValue, afterEffect: false);
            }

            switch (random.Next(5))
            {
                case 0:
                case 1:
                    possible = await TryAsync(() => cache.SetAsync(Key, [value], new() { SlidingExpiration = sliding })) ? [value] : [.. possible, value];
                    break;
                case 2 when random.Next(3) == 0:
                    possible = await TryAsync(() => cache.RemoveAsync(Key)) ? [0] : [.. possible, 0];
                    break;
                default:
                    var read = 0;
                    if (await TryAsync(async () => read = (await cache.GetAsync(Key))?[0] ?? 0))
                    {
                        Assert.True(possible.Contains((byte)read), $"Call {i} read {read}; possible are {string.Join(", ", possible)}.");
                    }

                    break;
            }
        }

        cluster.Storage.FailAfter(int.MaxValue, afterEffect: false);

        // A removal after a first write without an answer leaves an empty row.
        await Until.TrueAsync(
            async () => ((await caches[0].GetAsync(Key))?[0] ?? 0) == (cluster.Storage.Get<StashState>(Row)?.Values.FirstOrDefault()?[0] ?? 0), "what is there is in storage");
        await cluster.Cluster.KillSiloAsync(cluster.Silos[1]);
        var left = (await caches[0].GetAsync(Key))?[0] ?? 0;
        Assert.True(possible.Contains((byte)left), $"After the end of a silo {left} was read; possible are {string.Join(", ", possible)}.");
    }

    [Fact]
    public async Task Set_AnewAfterTheLastOneExpiredUnstored_IsNotLostToTheFormerRow()
    {
        await using var cluster = await StashCluster.StartAsync(configure: static options => options.FlushInterval = TimeSpan.FromMilliseconds(50), time: _time);
        var cache = Cache(cluster, StashDurability.WriteBehind);
        var brief = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(2) };
        await cache.SetAsync(Key, [1], brief);
        await cache.SetAsync(Key, [2], brief);
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row) && Stored(cluster).Version == 2, "it is stored");
        var (row, writes) = (Stored(cluster), cluster.Storage.Writes);
        cluster.Storage.WriteFailure = new IOException("disk full");
        await cache.SetAsync(Key, [3], brief);
        await Until.TrueAsync(() => cluster.Storage.Writes > writes, "a flush failed");
        _time.Advance(TimeSpan.FromSeconds(3));

        await cache.SetAsync(Key, [4], new() { SlidingExpiration = Sliding });
        cluster.Storage.WriteFailure = null;

        await Until.TrueAsync(() => cluster.Storage.Get<StashState>(Row) != row, "the flush was over");
        Assert.Equal([4], await cache.GetAsync(Key));
    }

    [Fact]
    public async Task Get_AfterTheLastOneExpiredUnstored_TheOneBeforeDoesNotComeBack()
    {
        await using var cluster = await StashCluster.StartAsync(configure: static options => options.FlushInterval = TimeSpan.FromMilliseconds(50), time: _time);
        var cache = Cache(cluster, StashDurability.WriteBehind);
        await cache.SetAsync(Key, [1], new() { SlidingExpiration = Sliding });
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row), "it is stored");
        var writes = cluster.Storage.Writes;
        cluster.Storage.WriteFailure = new IOException("disk full");
        await cache.SetAsync(Key, [2], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(2) });
        await Until.TrueAsync(() => cluster.Storage.Writes > writes, "a flush failed");
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Null(await cache.GetAsync(Key));
        Assert.Null(await cache.GetAsync(Key));

        cluster.Storage.WriteFailure = null;
        Assert.Null(await cache.GetAsync(Key));
        await Until.TrueAsync(() => !cluster.Storage.HasRow(Row), "its row is gone");
    }

    /// <param name="seconds">How long what is in storage would live.</param>
    /// <param name="moves">Whether the silo stops before storage works again.</param>
    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3600, false)]
    [InlineData(3600, true)]
    public async Task Set_AnewAfterSeveralExpiredUnstored_IsNotLostToTheFormerRow(int seconds, bool moves)
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, static options => options.FlushInterval = TimeSpan.FromMilliseconds(50), _time);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var cache = CacheParts.Cache(second.Grains(), _time, static options => options.Durability = StashDurability.WriteBehind);
        await cache.SetAsync(Key, [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(seconds) });
        await cache.SetAsync(Key, [2], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(seconds) });
        await Until.TrueAsync(() => cluster.Storage.HasRow(Row) && Stored(cluster).Version == 2, "it is stored");
        var (row, writes) = (Stored(cluster), cluster.Storage.Writes);
        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (new IOException("down"), new IOException("down"));
        for (byte value = 3; value < 5; value++)
        {
            await cache.SetAsync(Key, [value], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(2) });
            await Until.TrueAsync(() => cluster.Storage.Writes > writes, "a flush failed");
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        await cache.SetAsync(Key, [5], new() { SlidingExpiration = Sliding });
        if (moves)
        {
            await cluster.Cluster.StopSiloAsync(second);
        }

        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);

        await Until.TrueAsync(() => cluster.Storage.Get<StashState>(Row) != row, "the flush was over");
        Assert.Equal([5], await CacheParts.Cache(first.Grains(), _time).GetAsync(Key));
    }

    [Fact]
    public async Task Get_ClockWentBackSinceTheLastOneExpired_TheOneThatIsStoredStays()
    {
        var clock = new MovedClock(_time) { Ahead = Sliding * 2 };
        await using var cluster = await StashCluster.StartAsync(configureSilo: silo => silo.Services.AddKeyedSingleton<TimeProvider>(StashGrainOptions.TimeProviderKey, clock));
        var cache = Cache(cluster, StashDurability.WriteThrough);
        await cache.SetAsync(Key, [1], new() { SlidingExpiration = Sliding });
        await cache.SetAsync(Key, [2], new() { SlidingExpiration = Sliding });
        _time.Advance(Sliding);
        Assert.Null(await cache.GetAsync(Key));
        clock.Ahead = TimeSpan.Zero;
        await cache.SetAsync(Key, [3], new() { SlidingExpiration = Sliding });
        cluster.Storage.WriteFailure = new IOException("disk full");
        await Assert.ThrowsAsync<OrleansException>(() => cache.SetAsync(Key, [4], new() { SlidingExpiration = Sliding }));
        cluster.Storage.WriteFailure = null;

        Assert.Equal([3], await cache.GetAsync(Key));

        Assert.True(cluster.Storage.HasRow(Row));
    }

    private static async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (OrleansException)
        {
            return false;
        }
    }

    [Fact]
    public async Task AnyCall_NoSiloAnswers_ThrowsWithinTheTimeout()
    {
        await using var cluster = await StashCluster.StartAsync();
        var cache = CacheParts.Cache(cluster.Cluster.Client, TimeProvider.System, static options => options.Timeout = TimeSpan.FromMilliseconds(300));
        await cluster.Cluster.KillSiloAsync(cluster.Silos[0]);

        await Assert.ThrowsAsync<OrleansException>(() => cache.GetAsync(Key));
        await Assert.ThrowsAsync<OrleansException>(() => cache.SetAsync(Key, [1], new()));
        await Assert.ThrowsAsync<OrleansException>(() => cache.RefreshAsync(Key));
        await Assert.ThrowsAsync<OrleansException>(() => cache.RemoveAsync(Key));
        Assert.Throws<OrleansException>(() => cache.Get(Key));
    }

    [Fact]
    public async Task Get_OfManyMissingKeys_LeavesNoActivations()
    {
        await using var cluster = await StashCluster.StartAsync(time: _time);
        foreach (var durability in new[] { StashDurability.Memory, StashDurability.WriteThrough })
        {
            var cache = Cache(cluster, durability);
            for (var i = 0; i < 100; i++)
            {
                Assert.Null(await cache.GetAsync($"{i}"));
                await cache.RefreshAsync($"{i}r");
            }
        }

        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "no activation is left");
    }

    private OrleansDistributedCache Cache(StashCluster cluster, StashDurability durability) =>
        CacheParts.Cache(cluster.Cluster.Client, _time, options => options.Durability = durability);

    private static StashState Stored(StashCluster cluster) => cluster.Storage.Get<StashState>(Row)!;
}
