namespace LiveStash;

/// <summary>The terms on which a stash is kept.</summary>
/// <param name="TimeToLive">How long the stash is kept after the last call that reached it. Positive, at most <see cref="MaxTimeToLive"/>.</param>
/// <param name="Durability">What a saved answer promises; <see langword="null"/> is the engine's default. Engines with one durability only take no notice.</param>
public readonly record struct StashTerms(TimeSpan TimeToLive, StashDurability? Durability = null)
{
    /// <summary>The longest time to live an engine accepts: 3,650 days.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(3650);

    /// <summary>
    /// How long the stash is kept at most, from the call that brings these terms, however often it is reached after that. Positive,
    /// at most <see cref="MaxTimeToLive"/>; <see langword="null"/> for no such bound.
    /// </summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Throws when the terms cannot be kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="TimeToLive"/> or <see cref="Lifetime"/> is not in its range, or <see cref="Durability"/> is none of its values.</exception>
    public void ThrowIfInvalid()
    {
        if (TimeToLive <= TimeSpan.Zero || TimeToLive > MaxTimeToLive)
        {
            throw new ArgumentOutOfRangeException(
                nameof(TimeToLive), TimeToLive, $"A time to live is positive and at most {MaxTimeToLive.TotalDays:0} days.");
        }

        if (Lifetime is { } lifetime && (lifetime <= TimeSpan.Zero || lifetime > MaxTimeToLive))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Lifetime), lifetime, $"A lifetime is positive and at most {MaxTimeToLive.TotalDays:0} days.");
        }

        if (Durability is { } durability && !Enum.IsDefined(durability))
        {
            throw new ArgumentOutOfRangeException(nameof(Durability), durability, "There is no such durability.");
        }
    }
}
