namespace LiveStash.Records;

/// <summary>How large one stash may get.</summary>
/// <param name="MaxBytes">The largest sum of <see cref="StashEntry.Size"/>.</param>
/// <param name="MaxEntries">The largest number of entries.</param>
public readonly record struct StashLimits(int MaxBytes, int MaxEntries)
{
    /// <summary>The default of <see cref="MaxEntries"/>.</summary>
    public const int DefaultMaxEntries = 4096;
}
