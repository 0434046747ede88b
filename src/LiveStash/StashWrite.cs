namespace LiveStash;

/// <summary>
/// One write: a delta against the version the writer knows, or with <see cref="Replace"/> the whole content.
/// The engine may keep the arrays; the caller changes nothing in them afterwards.
/// </summary>
public sealed record StashWrite
{
    /// <summary>The epoch the writer got when it opened the stash; 1 for a stash it makes itself.</summary>
    public required long Epoch { get; init; }

    /// <summary>The version the delta builds on: that of the last <see cref="StashOutcome.Ok"/>; 0 for a new stash.</summary>
    public required long BaseVersion { get; init; }

    /// <summary>
    /// <see langword="true"/>: <see cref="Changed"/> is the whole content. Makes the stash where there is none, and does
    /// not ask for the version. <see langword="false"/>: the stash has to be there, at <see cref="BaseVersion"/>.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>Entries to add or overwrite. A name stands once.</summary>
    public IReadOnlyList<StashEntry> Changed { get; init; } = [];

    /// <summary>Names of entries to remove; unknown names are passed over. Applied before <see cref="Changed"/>.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>The terms from now on.</summary>
    public required StashTerms Terms { get; init; }
}
