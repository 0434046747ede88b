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
    long Epoch, long Version, TimeSpan TimeToLive, DateTimeOffset ExpiresAt, StashEntry[] Entries, int Size)
{
    /// <summary>The moment that <see cref="ExpiresAt"/> never goes beyond; <see langword="null"/> where the terms have no lifetime.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What an engine says of the clock that its ends are by; <see langword="null"/> where it says nothing, or another has made the image.</summary>
    internal TimeSpan? Clock { get; init; }

    /// <summary>The same content on new terms, which count from now.</summary>
    internal StashImage On(StashTerms terms, DateTimeOffset now, TimeSpan? clock = null)
    {
        // No longer than the lifetime: when it was last reached is told by its end.
        var timeToLive = terms.Lifetime < terms.TimeToLive ? terms.Lifetime.Value : terms.TimeToLive;
        return this with { TimeToLive = timeToLive, Deadline = now + terms.Lifetime, ExpiresAt = now + timeToLive, Clock = clock };
    }

    /// <summary>The same content on its own terms, as it was reached now. Itself where that changes nothing.</summary>
    /// <param name="now">By <paramref name="clock"/>.</param>
    /// <param name="doubt">By how much that is ahead of <see cref="Clock"/>.</param>
    /// <param name="clock">As <see cref="Clock"/>.</param>
    internal StashImage Used(DateTimeOffset now, TimeSpan doubt, TimeSpan? clock)
    {
        var deadline = Deadline + doubt;
        var end = End(TimeToLive, deadline, now);
        return end == ExpiresAt && doubt == TimeSpan.Zero ? this : this with { ExpiresAt = end, Deadline = deadline, Clock = clock };
    }

    private static DateTimeOffset End(TimeSpan timeToLive, DateTimeOffset? deadline, DateTimeOffset now) =>
        now + timeToLive is var end && end > deadline ? deadline.Value : end;
}
