namespace LiveStash.Orleans.Contracts;

/// <summary>The argument of <see cref="IStashGrain.OpenAsync"/>.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Open")]
internal readonly struct WireOpen(StashId id, WireCall call, StashOpenMode mode, StashTerms terms)
{
    /// <summary>The number of the <see cref="StashOpenMode"/>.</summary>
    [Id(0)]
    public int Mode { get; init; } = (int)mode;

    [Id(1)]
    public WireTerms Terms { get; init; } = new(terms);

    [Id(2)]
    public WireCall Call { get; init; } = call;

    /// <inheritdoc cref="StashAddress.SecretOf"/>
    [Id(3)]
    public UInt128 Secret { get; init; } = StashAddress.SecretOf(id);
}
