namespace LiveStash.Statistics;

/// <summary>
/// What is kept of each ten seconds, by its place in a row. Silos and web servers of different versions exchange rows: add at the end,
/// never move. Pinned with the contracts of Orleans.
/// </summary>
internal static class StatisticsColumn
{
    /// <summary>Stashes in memory; like all up to <see cref="Gauges"/> what was there at the end, or <see cref="Unknown"/>.</summary>
    public const int Stashes = 0;

    /// <summary>Their content, in bytes.</summary>
    public const int Size = 1;

    /// <summary>Stashes that storage has to have and does not.</summary>
    public const int Unstored = 2;

    /// <summary>How long the oldest of them has waited, in milliseconds.</summary>
    public const int UnstoredAge = 3;

    public const int Circuits = 4;

    /// <summary>Circuits whose page is held.</summary>
    public const int Waiting = 5;

    /// <summary>From here on things are counted.</summary>
    public const int Gauges = 6;

    public const int OpenedNew = 6;

    public const int OpenedRecovered = 7;

    public const int OpenedNotFound = 8;

    public const int OpenedError = 9;

    /// <summary>Saves that were acknowledged.</summary>
    public const int Saved = 10;

    /// <summary>Saves that were not: unavailable, too large, or of a value that cannot be serialized.</summary>
    public const int NotSaved = 11;

    /// <summary>Acknowledged stashes that went.</summary>
    public const int Lost = 12;

    /// <summary>The first of <see cref="LatencyBuckets.Count"/>: how long it took to open.</summary>
    public const int OpenDurations = 13;

    /// <summary>The same of saves.</summary>
    public const int SaveDurations = OpenDurations + LatencyBuckets.Count;

    /// <summary>The columns of a row.</summary>
    public const int Width = SaveDurations + LatencyBuckets.Count;

    /// <summary>No value of that time.</summary>
    public const long Unknown = -1;
}
