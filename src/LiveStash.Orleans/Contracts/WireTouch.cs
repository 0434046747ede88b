namespace LiveStash.Orleans.Contracts;

/// <summary>The argument of <see cref="IStashGrain.TouchAsync"/>.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Touch")]
internal readonly struct WireTouch(StashId id, long epoch, StashTerms terms)
{
    [Id(0)]
    public long Epoch { get; init; } = epoch;

    [Id(1)]
    public WireTerms Terms { get; init; } = new(terms);

    /// <inheritdoc cref="StashAddress.SecretOf"/>
    [Id(2)]
    public UInt128 Secret { get; init; } = StashAddress.SecretOf(id);
}
