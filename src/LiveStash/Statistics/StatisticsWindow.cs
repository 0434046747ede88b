namespace LiveStash.Statistics;

/// <summary>The last hour of one node, as it was told at some moment.</summary>
/// <param name="Started">Since when is counted, in milliseconds by the node's <see cref="StatisticsClock"/>.</param>
/// <param name="Now">The moment.</param>
/// <param name="Rows">By their numbers, ascending. A bucket without a row is one in which the node did not run.</param>
internal sealed record StatisticsWindow(long Started, long Now, IReadOnlyList<StatisticsRow> Rows)
{
    /// <summary>Clocks that differ by less are taken for the same.</summary>
    private const long Tolerance = 3 * StatisticsClock.Step / 2;

    private Dictionary<long, StatisticsRow>? _byNumber;

    /// <summary>The bucket that was not over at that moment.</summary>
    public long Current => Now / StatisticsClock.Step;

    public StatisticsRow? Row(long number) => (_byNumber ??= Rows.ToDictionary(static row => row.Number)).GetValueOrDefault(number);

    /// <summary>What is there now; <see langword="null"/> where that is not known.</summary>
    public long? Latest(int column) => Gauge(column, Current);

    /// <summary>What was there in a bucket, or shortly before it; <see langword="null"/> where that is not known.</summary>
    public long? Gauge(int column, long number)
    {
        // One further at most: what a node had that is gone is another's now.
        for (var i = 0; i < 3 && number <= Current + 1; i++)
        {
            if (Row(number - i)?.At(column) is { } value and not StatisticsColumn.Unknown)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The part of a bucket in which was counted, in seconds.</summary>
    public double Seconds(long number) => Math.Clamp(
        Math.Min(Now, (number + 1) * StatisticsClock.Step) - Math.Max(Started, number * StatisticsClock.Step), 0, StatisticsClock.Step) / 1000.0;

    /// <summary>The same on another clock, where this node's is wrong.</summary>
    public StatisticsWindow On(long now)
    {
        if (Math.Abs(now - Now) <= Tolerance)
        {
            return this;
        }

        var shift = (long)Math.Round((now - Now) / (double)StatisticsClock.Step);
        return new(Started + (shift * StatisticsClock.Step), Now + (shift * StatisticsClock.Step), [.. Rows.Select(row => new StatisticsRow(row.Number + shift, row.Values))]);
    }
}
