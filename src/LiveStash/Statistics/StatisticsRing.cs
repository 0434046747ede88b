using LiveStash.Measuring;

namespace LiveStash.Statistics;

/// <summary>The last hour of one node, in buckets of ten seconds. Its memory is bounded (130 KB). Safe for concurrent use.</summary>
internal sealed class StatisticsRing(StatisticsClock clock)
{
    /// <summary>The buckets of an hour.</summary>
    public const int Length = 360;

    private readonly Lock _lock = new();
    private readonly StatisticsRow?[] _rows = new StatisticsRow?[Length];
    private StatisticsRow? _latest;

    public void Add(int column, long amount = 1) => Interlocked.Add(ref Current.Values[column], amount);

    /// <summary>Counts a duration.</summary>
    /// <param name="firstColumn">Of its buckets.</param>
    /// <param name="seconds">The duration.</param>
    public void Record(int firstColumn, double seconds) => Add(firstColumn + LatencyBuckets.Of(seconds));

    /// <summary>
    /// Counts an attempt to save by its outcome. Those that only say that another circuit or another version was there first are
    /// neither: what follows them settles it.
    /// </summary>
    public void Saved(string? outcome)
    {
        if (outcome == StashTelemetry.Ok)
        {
            Add(StatisticsColumn.Saved);
        }
        else if (outcome is not ("superseded" or "version_mismatch" or "not_found"))
        {
            Add(StatisticsColumn.NotSaved);
        }
    }

    public void Set(int column, long value) => Volatile.Write(ref Current.Values[column], value);

    /// <summary>A copy of what is there. What is counted meanwhile is in it or in the next.</summary>
    public StatisticsWindow Read()
    {
        var now = clock.Now;
        lock (_lock)
        {
            return new(clock.Started, now,
                [.. _rows.OfType<StatisticsRow>().Where(row => row.Number > (now / StatisticsClock.Step) - Length).OrderBy(static row => row.Number).Select(static row => new StatisticsRow(row.Number, [.. row.Values]))]);
        }
    }

    private StatisticsRow Current
    {
        get
        {
            var number = clock.Bucket;
            return Volatile.Read(ref _latest) is { } latest && latest.Number == number ? latest : Advance(number);
        }
    }

    private StatisticsRow Advance(long number)
    {
        lock (_lock)
        {
            // Another thread may be ahead.
            if (_latest is { } latest && latest.Number >= number)
            {
                return latest;
            }

            // A new one each time: who still counts in the former one counts where nobody looks.
            var row = StatisticsRow.Begin(number);
            _rows[number % Length] = row;
            Volatile.Write(ref _latest, row);
            return row;
        }
    }
}
