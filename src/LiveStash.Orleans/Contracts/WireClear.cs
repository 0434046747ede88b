namespace LiveStash.Orleans.Contracts;

/// <summary>The argument of <see cref="IStashGrain.ClearAsync"/>.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Clear")]
internal readonly struct WireClear(StashId id, WireCall call, long epoch)
{
    [Id(0)]
    public long Epoch { get; init; } = epoch;

    [Id(1)]
    public WireCall Call { get; init; } = call;

    /// <inheritdoc cref="StashAddress.SecretOf"/>
    [Id(2)]
    public UInt128 Secret { get; init; } = StashAddress.SecretOf(id);
}
