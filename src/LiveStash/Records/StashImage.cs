namespace LiveStash.Records;

/// <summary>
/// The content of a stash at one moment. Immutable, so that an engine may serve, store or migrate it while the next
/// write already makes its successor.
/// </summary>
/// <param name="Epoch">The fencing number of the present owner.</param>
/// <param name="Version">Raised by every accepted write.</param>
/// <param name="TimeToLive">How long the stash lives after it was last reached.</param>
/// <param name="ExpiresAt">From this moment on the stash is gone.</param>
/// <param name="Entries">Sorted by name, ordinally. Never changed.</param>
/// <param name="Size">The sum of <see cref="StashEntry.Size"/>, in bytes.</param>
public sealed record StashImage(
    long Epoch, long Version, TimeSpan TimeToLive, DateTimeOffset ExpiresAt, StashEntry[] Entries, int Size);
