using LiveStash.Measuring;
using LiveStash.Statistics;

namespace LiveStash.Tests.Statistics;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void Count_IsOneMoreThanTheBoundsOfTheHistograms() =>
        Assert.Equal(LatencyBuckets.Count, StashTelemetry.Seconds.HistogramBucketBoundaries!.Count + 1);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(0.0005, 0)]
    [InlineData(0.00051, 1)]
    [InlineData(1, 10)]
    [InlineData(30, 14)]
    [InlineData(31, 15)]
    [InlineData(double.PositiveInfinity, 15)]
    public void Of_Duration_IsTheBucketWhoseBoundItDoesNotExceed(double seconds, int expected) => Assert.Equal(expected, LatencyBuckets.Of(seconds));

    [Fact]
    public void Percentile_NothingCounted_IsUnknown() => Assert.Null(LatencyBuckets.Percentile(new long[LatencyBuckets.Count], 0.95));

    [Fact]
    public void Percentile_AllInOneBucket_IsInterpolatedBetweenItsBounds()
    {
        var counts = new long[LatencyBuckets.Count];
        counts[LatencyBuckets.Of(0.2)] = 100;

        Assert.Equal(0.1 + (0.15 * 0.5), LatencyBuckets.Percentile(counts, 0.5)!.Value, 6);
        Assert.Equal(0.1 + (0.15 * 0.95), LatencyBuckets.Percentile(counts, 0.95)!.Value, 6);
    }

    [Fact]
    public void Percentile_AFewAreSlow_OnlyTheHighOneTells()
    {
        var counts = new long[LatencyBuckets.Count];
        counts[LatencyBuckets.Of(0.001)] = 90;
        counts[LatencyBuckets.Of(1.5)] = 10;

        Assert.InRange(LatencyBuckets.Percentile(counts, 0.5)!.Value, 0.0005, 0.001);
        Assert.InRange(LatencyBuckets.Percentile(counts, 0.95)!.Value, 1, 2);
    }

    [Fact]
    public void Percentile_AboveTheHighestBound_IsThatBound()
    {
        var counts = new long[LatencyBuckets.Count];
        counts[^1] = 5;

        Assert.Equal(30, LatencyBuckets.Percentile(counts, 0.5));
    }

    /// <summary>By random: within the bucket of the true percentile, whatever was measured.</summary>
    [Fact]
    public void Percentile_OfAnyDurations_IsWithinTheBucketOfTheTrueOne()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            double[] durations = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => Math.Exp((random.NextDouble() * 10) - 7)).Order()];
            var counts = new long[LatencyBuckets.Count];
            foreach (var duration in durations)
            {
                counts[LatencyBuckets.Of(duration)]++;
            }

            var exact = durations[(int)Math.Ceiling(0.95 * durations.Length) - 1];
            var found = LatencyBuckets.Percentile(counts, 0.95)!.Value;
            Assert.True(LatencyBuckets.Of(found) == LatencyBuckets.Of(exact) || found == 30, $"{found} for {exact}");
        }
    }
}
