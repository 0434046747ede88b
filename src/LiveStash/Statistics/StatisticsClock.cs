namespace LiveStash.Statistics;

/// <summary>
/// The time of statistics: that of the wall when it was made, and from then on what has really passed. A clock that is set moves
/// nothing, and the buckets of nodes whose clocks agree have the same numbers.
/// </summary>
internal sealed class StatisticsClock(TimeProvider time)
{
    /// <summary>The length of a bucket, in milliseconds.</summary>
    public const long Step = 10_000;

    private readonly long _start = time.GetTimestamp();

    /// <summary>When this was made, in milliseconds since 1970.</summary>
    public long Started { get; } = time.GetUtcNow().ToUnixTimeMilliseconds();

    public long Now => Started + (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The number of the bucket that is now.</summary>
    public long Bucket => Now / Step;
}
