namespace LiveStash.Statistics;

/// <summary>What happened in one bucket of time, by <see cref="StatisticsColumn"/>.</summary>
/// <param name="number">Of the bucket; see <see cref="StatisticsClock"/>.</param>
/// <param name="values">By column. A node of another version has more or fewer.</param>
internal sealed class StatisticsRow(long number, long[] values)
{
    public long Number => number;

    public long[] Values => values;

    /// <summary>Of a bucket that begins.</summary>
    public static StatisticsRow Begin(long number)
    {
        var values = new long[StatisticsColumn.Width];
        values.AsSpan(0, StatisticsColumn.Gauges).Fill(StatisticsColumn.Unknown);
        return new(number, values);
    }

    public long At(int column) => column < values.Length ? Volatile.Read(ref values[column]) : column < StatisticsColumn.Gauges ? StatisticsColumn.Unknown : 0;
}
