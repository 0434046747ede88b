namespace LiveStash.Statistics;

/// <summary>Nodes together: what they have, what happened on all of them, over the hour and of late.</summary>
/// <param name="windows">Of the nodes; see <see cref="StatisticsWindow.On"/>.</param>
/// <param name="current">The bucket that is not over yet.</param>
internal sealed class StatisticsSum(IReadOnlyList<StatisticsWindow> windows, long current)
{
    /// <summary>What was there at the end of each bucket of the hour; <see langword="null"/> where no node has told.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isMaximum">Whether the largest counts, instead of all together.</param>
    public double?[] Gauges(int column, bool isMaximum = false) => Hour(number => Together(window => window.Gauge(column, number), isMaximum));

    /// <summary>What is there now.</summary>
    public double? Latest(int column, bool isMaximum = false) => Together(window => window.Latest(column), isMaximum);

    /// <summary>How many a second in each bucket of the hour.</summary>
    public double?[] Rates(params int[] columns) => Hour(number => Rate(columns, number, number));

    /// <summary>How many a second of late.</summary>
    /// <param name="buckets">Over how many buckets, that which is not over included.</param>
    /// <param name="columns">The columns.</param>
    public double? Rate(int buckets, int[] columns) => Rate(columns, current - buckets + 1, current);

    /// <summary>How many in each bucket of the hour.</summary>
    public double?[] Counts(int column) => Hour(number => windows.Any(window => window.Row(number) is not null) ? Count(column, number, number) : null);

    /// <summary>How many within the hour.</summary>
    public long Count(int column) => Count(column, current - StatisticsRing.Length + 1, current);

    /// <summary>A percentile of durations in each bucket of the hour, in seconds; <see langword="null"/> where there was none.</summary>
    public double?[] Percentiles(int firstColumn, double part) => Hour(number => Percentile(firstColumn, part, number, number));

    /// <summary>The same of late.</summary>
    /// <param name="buckets">Over how many buckets, that which is not over included.</param>
    /// <param name="firstColumn">Of the durations.</param>
    /// <param name="part">From 0 to 1.</param>
    public double? Percentile(int buckets, int firstColumn, double part) => Percentile(firstColumn, part, current - buckets + 1, current);

    /// <summary>Without the bucket that is not over: of what is counted in it, nobody can say how much it will be.</summary>
    private double?[] Hour(Func<long, double?> at)
    {
        var values = new double?[StatisticsRing.Length - 1];
        for (var i = 0; i < values.Length; i++)
        {
            // A tenth of a millisecond, or of a thousandth: nobody sees more.
            values[i] = at(current - values.Length + i) is { } value ? Math.Round(value, 4) : null;
        }

        return values;
    }

    private double? Together(Func<StatisticsWindow, long?> of, bool isMaximum)
    {
        double? all = null;
        foreach (var window in windows)
        {
            if (of(window) is { } value)
            {
                all = all is null ? value : isMaximum ? Math.Max(all.Value, value) : all + value;
            }
        }

        return all;
    }

    private double? Rate(int[] columns, long from, long to)
    {
        double? all = null;
        foreach (var window in windows)
        {
            var (count, seconds) = (0L, 0.0);
            for (var number = from; number <= to; number++)
            {
                if (window.Row(number) is { } row)
                {
                    seconds += window.Seconds(number);
                    count += columns.Sum(row.At);
                }
            }

            if (seconds > 0)
            {
                all = (all ?? 0) + (count / Math.Max(seconds, 1));
            }
        }

        return all;
    }

    private long Count(int column, long from, long to)
    {
        var count = 0L;
        foreach (var window in windows)
        {
            foreach (var row in window.Rows)
            {
                count += row.Number >= from && row.Number <= to ? row.At(column) : 0;
            }
        }

        return count;
    }

    private double? Percentile(int firstColumn, double part, long from, long to)
    {
        Span<long> counts = stackalloc long[LatencyBuckets.Count];
        foreach (var window in windows)
        {
            for (var number = from; number <= to; number++)
            {
                if (window.Row(number) is { } row)
                {
                    for (var i = 0; i < counts.Length; i++)
                    {
                        counts[i] += row.At(firstColumn + i);
                    }
                }
            }
        }

        return LatencyBuckets.Percentile(counts, part);
    }
}
