namespace LiveStash.Records;

/// <summary>
/// Every rule of a stash, once: expiry, fencing, version, delta merge and size. No I/O, no clock of its own: the time is
/// an argument. Each engine hosts one record per stash and calls it under its own lock or turn; not safe for concurrent use.
/// </summary>
public sealed class StashRecord
{
    /// <summary>Makes a record, absent or with the content that was stored, migrated or unprotected.</summary>
    public StashRecord(StashImage? image = null) => Image = image;

    /// <summary>
    /// The content; <see langword="null"/> when there is no such stash. May be past its expiry until the next call notices.
    /// An engine takes a copy of this reference before a write to be able to take the write back.
    /// </summary>
    public StashImage? Image { get; private set; }

    /// <summary>By how much the clock of the calls is ahead of the one that <see cref="Image"/> has its expiry by; zero where it is the same.</summary>
    internal TimeSpan Doubt { get; set; }

    /// <summary>
    /// What was there until its time was over, without its entries, where a storage may still hold that, or what was there before: what
    /// is made anew counts its versions on from it.
    /// </summary>
    internal StashImage? Former { get; set; }

    /// <summary>What the engine says of the clock of the calls: <see cref="StashImage.Clock"/> of what they make.</summary>
    internal TimeSpan? Clock { get; set; }

    /// <summary>Whether there is a stash that has not expired. Forgets an expired one.</summary>
    public bool IsLive(DateTimeOffset now)
    {
        if (Image is { } image && now - Doubt >= image.ExpiresAt)
        {
            Image = null;
        }

        return Image is not null;
    }

    /// <summary>Takes back what happened since <paramref name="image"/> was the content.</summary>
    public void Restore(StashImage? image) => Image = image;

    /// <summary>
    /// Recovers. <see cref="StashOpenMode.Own"/> raises the epoch and starts the time to live anew on the given terms,
    /// <see cref="StashOpenMode.Use"/> and <see cref="StashOpenMode.Prolong"/> start it on those that the stash has.
    /// </summary>
    public StashOpenResult Open(StashOpenMode mode, StashTerms terms, DateTimeOffset now)
    {
        terms.ThrowIfInvalid();
        if (!IsLive(now))
        {
            return new(StashOutcome.NotFound);
        }

        if (mode == StashOpenMode.Own)
        {
            Image = (Image! with { Epoch = Image!.Epoch + 1 }).On(terms, now, Clock);
        }
        else if (mode is StashOpenMode.Use or StashOpenMode.Prolong)
        {
            Image = Image!.Used(now, Doubt, Clock);
        }

        return new(StashOutcome.Ok) { Epoch = Image!.Epoch, Version = Image.Version, Entries = mode == StashOpenMode.Prolong ? [] : Image.Entries };
    }

    /// <summary>
    /// Writes: refused for an older epoch, for a delta on another version, for a replace on an older one of its epoch, and for a content
    /// over the limits.
    /// </summary>
    public StashResult Write(StashWrite write, StashLimits limits, DateTimeOffset now)
    {
        write.Terms.ThrowIfInvalid();
        if (IsLive(now))
        {
            if (write.Epoch < Image!.Epoch)
            {
                return Superseded(write.Epoch);
            }

            // An attempt that comes late must not undo what its owner has written since.
            var fits = write.Replace
                ? write.BaseVersion >= Image.Version || write.BaseVersion == StashWrite.AnyVersion || write.Epoch > Image.Epoch
                : write.BaseVersion == Image.Version;
            if (!fits)
            {
                return new(StashOutcome.VersionMismatch, Image.Version,
                    $"The write builds on version {write.BaseVersion}, the stash is at {Image.Version}.");
            }
        }
        else if (!write.Replace)
        {
            return new(StashOutcome.NotFound);
        }

        var entries = StashEntries.Merge(write.Replace ? [] : Image!.Entries, write.Changed, write.Removed);
        var size = StashEntries.Size(entries);
        if (size > limits.MaxBytes || entries.Length > limits.MaxEntries)
        {
            return new(StashOutcome.TooLarge, Image?.Version ?? 0,
                $"The stash would have {size} bytes in {entries.Length} entries; the limits are {limits.MaxBytes} bytes and {limits.MaxEntries} entries.");
        }

        var version = Math.Max((Image ?? Former)?.Version ?? 0, write.BaseVersion) + 1;
        Image = new StashImage(Math.Max(write.Epoch, 1), version, write.Terms.TimeToLive, now, entries, (int)size).On(write.Terms, now, Clock);
        return new(StashOutcome.Ok, version);
    }

    /// <summary>Keeps alive.</summary>
    public StashResult Touch(long epoch, StashTerms terms, DateTimeOffset now)
    {
        terms.ThrowIfInvalid();
        if (!IsLive(now))
        {
            return new(StashOutcome.NotFound);
        }

        if (epoch < Image!.Epoch)
        {
            return Superseded(epoch);
        }

        Image = (Image with { Epoch = epoch }).On(terms, now, Clock);
        return new(StashOutcome.Ok, Image.Version);
    }

    /// <summary>Removes the content and, with it, the record of who owns it.</summary>
    public StashResult Clear(long epoch, DateTimeOffset now)
    {
        if (IsLive(now) && epoch < Image!.Epoch)
        {
            return Superseded(epoch);
        }

        Image = null;
        return new(StashOutcome.Ok);
    }

    private StashResult Superseded(long epoch) =>
        new(StashOutcome.Superseded, Image!.Version, $"Epoch {epoch} was followed by epoch {Image.Epoch}.");
}
