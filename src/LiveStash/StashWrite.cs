namespace LiveStash;

/// <summary>
/// One write on the version the writer knows: a delta, or with <see cref="Replace"/> the whole content.
/// The engine may keep the arrays; the caller changes nothing in them afterwards.
/// </summary>
public sealed record StashWrite
{
    /// <summary>
    /// As <see cref="BaseVersion"/> of a <see cref="Replace"/>: whatever version is there. For those who write as one owner and know nothing
    /// of each other, as the servers of a cache do: the last write wins.
    /// </summary>
    public const long AnyVersion = -1;

    /// <summary>The epoch the writer got when it opened the stash; 1 for a stash it makes itself.</summary>
    public required long Epoch { get; init; }

    /// <summary>
    /// The version that is written over: that of the last <see cref="StashOutcome.Ok"/>, or the one that a
    /// <see cref="StashOutcome.VersionMismatch"/> has told; 0 for a new stash.
    /// </summary>
    public required long BaseVersion { get; init; }

    /// <summary>
    /// <see langword="true"/>: <see cref="Changed"/> is the whole content. Makes the stash where there is none; one of the same
    /// <see cref="Epoch"/> has to be at <see cref="BaseVersion"/> or below, so that an attempt that comes late undoes nothing.
    /// <see langword="false"/>: the stash has to be there, at <see cref="BaseVersion"/>.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>Entries to add or overwrite. A name stands once.</summary>
    public IReadOnlyList<StashEntry> Changed { get; init; } = [];

    /// <summary>Names of entries to remove; unknown names are passed over. Applied before <see cref="Changed"/>.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>The terms from now on.</summary>
    public required StashTerms Terms { get; init; }
}
