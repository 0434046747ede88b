using LiveStash.Statistics;

namespace LiveStash.Orleans.Contracts;

/// <summary>A silo with its last hour.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Statistics")]
internal sealed class WireStatistics
{
    /// <summary>The silo's address with its generation, as Orleans writes it.</summary>
    [Id(0)]
    public string Silo { get; init; } = "";

    /// <summary>Its name, where it has answered.</summary>
    [Id(1)]
    public string? Name { get; init; }

    /// <summary>The number of the <see cref="StashNodeState"/>.</summary>
    [Id(2)]
    public int State { get; init; }

    /// <summary>See <see cref="StatisticsWindow.Started"/>.</summary>
    [Id(3)]
    public long Started { get; init; }

    /// <summary>See <see cref="StatisticsWindow.Now"/>.</summary>
    [Id(4)]
    public long Now { get; init; }

    /// <summary>How many columns a row has there.</summary>
    [Id(5)]
    public int Width { get; init; }

    /// <summary>Row by row: its number, then its columns.</summary>
    [Id(6)]
    public long[] Rows { get; init; } = [];

    public static WireStatistics Of(string silo, string name, StatisticsWindow window) => new()
    {
        Silo = silo,
        Name = name,
        State = (int)StashNodeState.Answers,
        Started = window.Started,
        Now = window.Now,
        Width = StatisticsColumn.Width,
        Rows = [.. window.Rows.SelectMany(static row => row.Values.Prepend(row.Number))],
    };

    /// <summary>The rows, as far as they can be: of a node of another version nobody knows what it sends.</summary>
    public StatisticsWindow? ToWindow()
    {
        if ((StashNodeState)State != StashNodeState.Answers || Width is <= 0 or > 4096 || Now is < 0 or > long.MaxValue / 4 || Started is < 0 or > long.MaxValue / 4)
        {
            return null;
        }

        var (rows, last) = (new List<StatisticsRow>(), Now / StatisticsClock.Step);
        foreach (var row in Rows.Chunk(Width + 1))
        {
            if (row.Length == Width + 1 && row[0] > last - StatisticsRing.Length && row[0] <= last && (rows.Count == 0 || row[0] > rows[^1].Number))
            {
                rows.Add(new(row[0], row[1..]));
            }
        }

        return new(Started, Now, rows);
    }
}
