using Microsoft.Extensions.Caching.Distributed;

namespace LiveStash.Orleans.Caching;

/// <summary>The terms of a stash for the options of a cache's entry.</summary>
internal static class CacheTerms
{
    /// <summary>
    /// An entry with a sliding expiration lives that long after each use, and no longer than to its absolute one. One that is set
    /// without any slides by default. What is longer than a stash may live, lives as long as that.
    /// </summary>
    /// <param name="entry">Of the entry.</param>
    /// <param name="cache">Of the cache.</param>
    /// <param name="now">An absolute expiration becomes a time from now, so that clocks of servers and silos need not agree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The absolute expiration is not in the future.</exception>
    public static StashTerms Of(DistributedCacheEntryOptions entry, OrleansDistributedCacheOptions cache, DateTimeOffset now)
    {
        if (entry.AbsoluteExpiration <= now)
        {
            throw new ArgumentOutOfRangeException(
                nameof(DistributedCacheEntryOptions.AbsoluteExpiration), entry.AbsoluteExpiration, "The absolute expiration value must be in the future.");
        }

        var lifetime = Limited(entry.AbsoluteExpirationRelativeToNow ?? (entry.AbsoluteExpiration - now));
        var sliding = Limited(entry.SlidingExpiration) ?? lifetime ?? cache.DefaultSlidingExpiration;
        return new(sliding < lifetime ? sliding : lifetime ?? sliding, cache.Durability) { Lifetime = lifetime };
    }

    private static TimeSpan? Limited(TimeSpan? time) => time > StashTerms.MaxTimeToLive ? StashTerms.MaxTimeToLive : time;
}
