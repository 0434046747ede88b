using Microsoft.Extensions.Caching.Distributed;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>Expirations.</summary>
public abstract partial class OrleansDistributedCacheTests
{
    private static readonly TimeSpan Sliding = TimeSpan.FromMinutes(8);

    [Theory]
    [InlineData(CacheWay.Async)]
    [InlineData(CacheWay.Sync)]
    [InlineData(CacheWay.BufferAsync)]
    [InlineData(CacheWay.BufferSync)]
    public async Task Set_AbsoluteExpirationThatIsOver_ThrowsArgumentOutOfRange(CacheWay way)
    {
        foreach (var past in new[] { Time.GetUtcNow(), Time.GetUtcNow() - TimeSpan.FromMinutes(1) })
        {
            var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>("AbsoluteExpiration", () => One(way).SetAsync(_key, [1], new() { AbsoluteExpiration = past }));
            Assert.Equal(past, error.ActualValue);
        }

        Assert.Null(await One().GetAsync(_key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_WithAbsoluteExpiration_IsThereToTheTickHoweverOftenItIsUsed(bool isRelative)
    {
        var lifetime = TimeSpan.FromMinutes(3);
        await One().SetAsync(_key, [1], isRelative
            ? new() { AbsoluteExpirationRelativeToNow = lifetime }
            : new() { AbsoluteExpiration = (Time.GetUtcNow() + lifetime).ToOffset(TimeSpan.FromHours(-7)) });
        Time.Advance(lifetime / 2);
        Assert.NotNull(await Client().GetAsync(_key));
        await Client().RefreshAsync(_key);
        Time.Advance((lifetime / 2) - Tick);
        Assert.NotNull(await Other().GetAsync(_key));
        Time.Advance(Tick);
        await AssertOnEachAsync(CacheWay.Async, null);
    }

    [Theory]
    [InlineData(CacheWay.Async)]
    [InlineData(CacheWay.Sync)]
    public async Task Get_WithSlidingExpirationAndNotUsed_IsGone(CacheWay way)
    {
        await One(way).SetAsync(_key, [1], new() { SlidingExpiration = Sliding });
        Assert.NotNull(await Client(way).GetAsync(_key));
        Time.Advance(Sliding);
        await Client(way).RefreshAsync(_key);
        await AssertOnEachAsync(way, null);
    }

    [Theory]
    [InlineData(CacheWay.Async, true)]
    [InlineData(CacheWay.Sync, true)]
    [InlineData(CacheWay.BufferAsync, true)]
    [InlineData(CacheWay.BufferSync, true)]
    [InlineData(CacheWay.Async, false)]
    [InlineData(CacheWay.Sync, false)]
    public async Task Get_WithSlidingExpirationAndUsedInTime_StaysAndThenIsGone(CacheWay way, bool byGet)
    {
        await One(way).SetAsync(_key, [1], new() { SlidingExpiration = Sliding });
        for (var i = 0; i < 10; i++)
        {
            Time.Advance(Sliding - Tick);
            if (byGet)
            {
                Assert.NotNull(await (i % 2 == 0 ? Client(way) : Other(way)).GetAsync(_key));
            }
            else
            {
                await (i % 2 == 0 ? Client(way) : Other(way)).RefreshAsync(_key);
            }
        }

        Time.Advance(Sliding);
        await AssertOnEachAsync(way, null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_WithSlidingAndAbsoluteExpiration_StaysUntilTheAbsoluteOneOnly(bool byGet)
    {
        await Client().SetAsync(_key, [1], new() { SlidingExpiration = Sliding, AbsoluteExpirationRelativeToNow = Sliding * 3 });
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(Sliding / 2);
            if (byGet)
            {
                Assert.NotNull(await One().GetAsync(_key));
            }
            else
            {
                await One().RefreshAsync(_key);
            }
        }

        Time.Advance((Sliding / 2) - Tick);
        Assert.NotNull(await Other().GetAsync(_key));
        Time.Advance(Tick);
        await AssertOnEachAsync(CacheWay.Async, null);
    }

    [Fact]
    public async Task Set_Again_CountsByTheNewExpirationOnly()
    {
        await One().SetAsync(_key, [1], new() { SlidingExpiration = Sliding, AbsoluteExpirationRelativeToNow = Sliding });
        await Client().SetAsync(_key, [2], new() { SlidingExpiration = Sliding * 2 });
        Time.Advance((Sliding * 2) - Tick);
        Assert.Equal([2], await One().GetAsync(_key));
        Time.Advance((Sliding * 2) - Tick);
        Assert.Equal([2], await One().GetAsync(_key));
        await Other().SetAsync(_key, [3], new() { AbsoluteExpirationRelativeToNow = Tick });
        Time.Advance(Tick);
        await AssertOnEachAsync(CacheWay.Async, null);
    }

    [Fact]
    public async Task Set_WithoutExpiration_SlidesByDefault()
    {
        await One().SetAsync(_key, [1]);
        Time.Advance(OrleansDistributedCacheOptions.DefaultDefaultSlidingExpiration - Tick);
        Assert.NotNull(await Client().GetAsync(_key));
        Time.Advance(OrleansDistributedCacheOptions.DefaultDefaultSlidingExpiration - Tick);
        Assert.NotNull(await Client().GetAsync(_key));
        Time.Advance(OrleansDistributedCacheOptions.DefaultDefaultSlidingExpiration);
        await AssertOnEachAsync(CacheWay.Async, null);
    }

    [Fact]
    public async Task Set_WithExpirationsWithoutEnd_IsThereForYears()
    {
        DistributedCacheEntryOptions[] endless =
        [
            new() { AbsoluteExpiration = DateTimeOffset.MaxValue },
            new() { AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.MaxValue, AbsoluteExpiration = DateTimeOffset.MaxValue },
        ];
        foreach (var (index, options) in endless.Index())
        {
            await One().SetAsync($"{_key}{index}", [1], options);
        }

        Time.Advance(TimeSpan.FromDays(365));
        foreach (var (index, _) in endless.Index())
        {
            Assert.NotNull(await Client().GetAsync($"{_key}{index}"));
        }
    }
}
