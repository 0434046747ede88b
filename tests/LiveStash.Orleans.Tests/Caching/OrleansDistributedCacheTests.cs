using System.Text;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>
/// What ASP.NET Core's own distributed caches do, by the tests of its Redis and memory caches, in each durability and each way to
/// call, on three servers of one app: two with a silo in their process and one that is a client.
/// </summary>
public abstract partial class OrleansDistributedCacheTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly Fixture _fixture;
    private readonly string _key = Guid.NewGuid().ToString("N");

    protected OrleansDistributedCacheTests(Fixture fixture) => _fixture = fixture;

    /// <summary>The clock of caches and silos.</summary>
    private FakeTimeProvider Time => _fixture.Time;

    [Theory]
    [InlineData(CacheWay.Async)]
    [InlineData(CacheWay.Sync)]
    [InlineData(CacheWay.BufferAsync)]
    [InlineData(CacheWay.BufferSync)]
    public async Task Get_MissingKey_IsNull(CacheWay way)
    {
        Assert.Null(await One(way).GetAsync(_key));
        await One(way).RefreshAsync(_key);
        await One(way).RemoveAsync(_key);
        Assert.Null(await One(way).GetAsync(_key));
    }

    [Theory]
    [InlineData(CacheWay.Async)]
    [InlineData(CacheWay.Sync)]
    [InlineData(CacheWay.BufferAsync)]
    [InlineData(CacheWay.BufferSync)]
    public async Task Set_OnOneServer_IsThereOnEachUntilRemovedOnAny(CacheWay way)
    {
        await One(way).SetAsync(_key, Bytes("1"));
        await AssertOnEachAsync(way, "1");
        await Other(way).SetAsync(_key, Bytes("longer than before"));
        await AssertOnEachAsync(way, "longer than before");
        await Client(way).SetAsync(_key, Bytes("3"));
        await AssertOnEachAsync(way, "3");

        await Other(way).RemoveAsync(_key);

        await AssertOnEachAsync(way, null);
        await One(way).SetAsync(_key, Bytes("4"));
        await AssertOnEachAsync(way, "4");
    }

    [Theory]
    [InlineData(CacheWay.Async)]
    [InlineData(CacheWay.Sync)]
    [InlineData(CacheWay.BufferAsync)]
    [InlineData(CacheWay.BufferSync)]
    public async Task Set_EmptyValue_IsThereAndEmpty(CacheWay way)
    {
        await Client(way).SetAsync(_key, []);
        Assert.Empty(Assert.IsType<byte[]>(await One(way).GetAsync(_key)));
        Assert.Empty(Assert.IsType<byte[]>(await Client(way).GetAsync(_key)));
    }

    [Fact]
    public async Task Set_KeysOfAnyText_AreKeptApart()
    {
        string[] keys = ["", " ", "a", "A", "e\u0301", "\u00e9", "\ud800", "\udfff", "\0", "a\0", "日本語", new('k', 100_000), new('k', 100_001)];
        keys = [.. keys.Select(key => key + _key), .. keys.Select(key => _key + key).Skip(1)];
        foreach (var (index, key) in keys.Index())
        {
            await One().SetAsync(key, Bytes($"{index}"));
        }

        foreach (var (index, key) in keys.Index())
        {
            Assert.Equal($"{index}", Text(await Client().GetAsync(key)));
        }
    }

    [Fact]
    public async Task Set_UnderAnotherInstanceName_IsAnotherEntry()
    {
        var named = new CacheCaller(CacheParts.Cache(_fixture.Cluster.Cluster.Client, Time, options => options.InstanceName = "other"), CacheWay.Async);
        await One().SetAsync(_key, Bytes("1"));
        Assert.Null(await named.GetAsync(_key));
        await named.SetAsync(_key, Bytes("2"));
        Assert.Equal("1", Text(await One().GetAsync(_key)));
        Assert.Equal("2", Text(await named.GetAsync(_key)));
    }

    [Theory]
    [InlineData(CacheWay.Async)]
    [InlineData(CacheWay.Sync)]
    [InlineData(CacheWay.BufferAsync)]
    [InlineData(CacheWay.BufferSync)]
    public async Task Arrays_ChangedByTheirOwnersLater_ChangeNothingInTheCache(CacheWay way)
    {
        // In the process of the silo nothing is serialized.
        var given = Bytes("1");
        await One(way).SetAsync(_key, given);
        given[0] = (byte)'x';
        var got = await One(way).GetAsync(_key);
        Assert.Equal("1", Text(got));
        got![0] = (byte)'y';
        Assert.Equal("1", Text(await One(way).GetAsync(_key)));
    }

    [Fact]
    public async Task Set_ByManyAtOnce_AllReturnAndTheLastCounts()
    {
        var callers = new[] { One(), Other(), Client() };
        await Task.WhenAll(Enumerable.Range(0, 150).Select(index => Task.Run(() => callers[index % 3].SetAsync(_key, Bytes($"{index}")))));
        var winner = Text(await One().GetAsync(_key));
        Assert.InRange(int.Parse(winner!, System.Globalization.CultureInfo.InvariantCulture), 0, 149);
        await AssertOnEachAsync(CacheWay.Async, winner);

        await Client().SetAsync(_key, Bytes("last"));
        await AssertOnEachAsync(CacheWay.Async, "last");
    }

    [Fact]
    public async Task Set_LargerThanTheSilosTake_ThrowsWithTheSettingToRaiseAndKeepsWhatWasThere()
    {
        await One().SetAsync(_key, Bytes("1"));
        foreach (var way in Enum.GetValues<CacheWay>())
        {
            var error = await Assert.ThrowsAsync<ArgumentException>("value", () => Client(way).SetAsync(_key, new byte[StashGrainOptions.DefaultMaxStashBytes]));
            Assert.Contains("StashGrainOptions.MaxStashBytes", error.Message, StringComparison.Ordinal);
        }

        await AssertOnEachAsync(CacheWay.Async, "1");
        await One().SetAsync(_key, new byte[200 * 1024]);
        Assert.Equal(200 * 1024, (await Client().GetAsync(_key))!.Length);
    }

    [Fact]
    public async Task AnyCall_WithNull_ThrowsArgumentNull()
    {
        var cache = _fixture.Caches[0];
        var options = new DistributedCacheEntryOptions();
        Assert.Throws<ArgumentNullException>("key", () => cache.Get(null!));
        Assert.Throws<ArgumentNullException>("key", () => cache.Refresh(null!));
        Assert.Throws<ArgumentNullException>("key", () => cache.Remove(null!));
        Assert.Throws<ArgumentNullException>("key", () => cache.Set(null!, [], options));
        Assert.Throws<ArgumentNullException>("value", () => cache.Set(_key, null!, options));
        Assert.Throws<ArgumentNullException>("options", () => cache.Set(_key, [], null!));
        Assert.Throws<ArgumentNullException>("key", () => cache.TryGet(null!, new System.Buffers.ArrayBufferWriter<byte>()));
        Assert.Throws<ArgumentNullException>("destination", () => cache.TryGet(_key, null!));
        Assert.Throws<ArgumentNullException>("key", () => cache.Set(null!, default(System.Buffers.ReadOnlySequence<byte>), options));
        Assert.Throws<ArgumentNullException>("options", () => cache.Set(_key, default(System.Buffers.ReadOnlySequence<byte>), null!));
        await Assert.ThrowsAsync<ArgumentNullException>("key", () => cache.GetAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("key", () => cache.RefreshAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("key", () => cache.RemoveAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("key", () => cache.SetAsync(null!, [], options));
        await Assert.ThrowsAsync<ArgumentNullException>("value", () => cache.SetAsync(_key, null!, options));
        await Assert.ThrowsAsync<ArgumentNullException>("options", () => cache.SetAsync(_key, [], null!));
        Assert.Null(await cache.GetAsync(_key));
    }

    [Fact]
    public async Task AnyCall_WithCancelledToken_ThrowsOperationCanceled()
    {
        var cache = _fixture.Caches[2];
        var token = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.GetAsync(_key, token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.SetAsync(_key, [1], new(), token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.RefreshAsync(_key, token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.RemoveAsync(_key, token));
        Assert.Null(await cache.GetAsync(_key));
    }

    private CacheCaller One(CacheWay way = CacheWay.Async) => new(_fixture.Caches[0], way);

    private CacheCaller Other(CacheWay way = CacheWay.Async) => new(_fixture.Caches[1], way);

    private CacheCaller Client(CacheWay way = CacheWay.Async) => new(_fixture.Caches[2], way);

    private async Task AssertOnEachAsync(CacheWay way, string? expected)
    {
        foreach (var cache in _fixture.Caches)
        {
            Assert.Equal(expected, Text(await new CacheCaller(cache, way).GetAsync(_key)));
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);

    public abstract class Fixture(StashDurability durability) : IAsyncLifetime
    {
        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

        internal StashCluster Cluster { get; private set; } = null!;

        internal LiveStash.Orleans.Caching.OrleansDistributedCache[] Caches { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Cluster = await StashCluster.StartAsync(silos: 2, time: Time);
            Caches = [.. Cluster.Silos.Select(static silo => silo.Grains()).Append(Cluster.Cluster.Client)
                .Select(grains => CacheParts.Cache(grains, Time, options => options.Durability = durability))];
        }

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}

public sealed class MemoryDistributedCacheTests(MemoryDistributedCacheTests.InMemory fixture)
    : OrleansDistributedCacheTests(fixture), IClassFixture<MemoryDistributedCacheTests.InMemory>
{
    public sealed class InMemory() : Fixture(StashDurability.Memory);
}

public sealed class WriteBehindDistributedCacheTests(WriteBehindDistributedCacheTests.WrittenBehind fixture)
    : OrleansDistributedCacheTests(fixture), IClassFixture<WriteBehindDistributedCacheTests.WrittenBehind>
{
    public sealed class WrittenBehind() : Fixture(StashDurability.WriteBehind);
}

public sealed class WriteThroughDistributedCacheTests(WriteThroughDistributedCacheTests.WrittenThrough fixture)
    : OrleansDistributedCacheTests(fixture), IClassFixture<WriteThroughDistributedCacheTests.WrittenThrough>
{
    public sealed class WrittenThrough() : Fixture(StashDurability.WriteThrough);
}
