namespace LiveStash.Orleans.Contracts;

/// <summary><see cref="StashTerms"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Terms")]
internal readonly struct WireTerms(StashTerms terms)
{
    [Id(0)]
    public TimeSpan TimeToLive { get; init; } = terms.TimeToLive;

    /// <summary>The number of the <see cref="StashDurability"/>; <see langword="null"/> is the silo's default.</summary>
    [Id(1)]
    public int? Durability { get; init; } = (int?)terms.Durability;

    public StashTerms ToTerms() => new(TimeToLive, (StashDurability?)Durability);
}
