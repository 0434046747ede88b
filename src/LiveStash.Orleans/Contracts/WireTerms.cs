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

    /// <summary><see cref="StashTerms.Lifetime"/>.</summary>
    [Id(2)]
    public TimeSpan? Lifetime { get; init; } = terms.Lifetime;

    /// <summary>The terms, checked: a call that is refused for them must not have changed anything.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They cannot be kept.</exception>
    public StashTerms ToTerms()
    {
        var terms = ToUnchecked();
        terms.ThrowIfInvalid();
        return terms;
    }

    /// <summary>The terms as they came.</summary>
    public StashTerms ToUnchecked() => new(TimeToLive, (StashDurability?)Durability) { Lifetime = Lifetime };
}
