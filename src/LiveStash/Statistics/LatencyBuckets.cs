using LiveStash.Measuring;

namespace LiveStash.Statistics;

/// <summary>Durations, counted by the bounds of <see cref="StashTelemetry.Seconds"/>: each bucket up to its bound, and one above.</summary>
internal static class LatencyBuckets
{
    public const int Count = 16;

    private static readonly double[] Bounds = [.. StashTelemetry.Seconds.HistogramBucketBoundaries!];

    /// <summary>The bucket of a duration in seconds.</summary>
    public static int Of(double seconds)
    {
        var index = Array.BinarySearch(Bounds, seconds);
        return index < 0 ? ~index : index;
    }

    /// <summary>
    /// The duration that a part of all has not exceeded, in seconds. Between the bounds of its bucket it is interpolated, as Prometheus
    /// does; above the highest it is that.
    /// </summary>
    /// <param name="counts">By bucket.</param>
    /// <param name="part">From 0 to 1.</param>
    /// <returns><see langword="null"/> where nothing is counted.</returns>
    public static double? Percentile(ReadOnlySpan<long> counts, double part)
    {
        var all = 0L;
        foreach (var count in counts)
        {
            all += count;
        }

        if (all <= 0)
        {
            return null;
        }

        var (rank, below) = (part * all, 0L);
        for (var i = 0; i < Bounds.Length; i++)
        {
            if (below + counts[i] >= rank && counts[i] > 0)
            {
                var low = i == 0 ? 0 : Bounds[i - 1];
                return low + ((Bounds[i] - low) * (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return Bounds[^1];
    }
}
