namespace LiveStash.Orleans.Contracts;

/// <summary>How a <see cref="StashWrite"/> crosses between processes; the public type knows nothing of Orleans.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Delta")]
internal struct WireDelta
{
    [Id(0)]
    public long Epoch;

    [Id(1)]
    public long BaseVersion;

    [Id(2)]
    public bool Replace;

    [Id(3)]
    public StashEntry[]? Changed;

    /// <summary><see langword="null"/> for none, as in most writes: an empty array would cost bytes and time on the way.</summary>
    [Id(4)]
    public string[]? Removed;

    [Id(5)]
    public WireTerms Terms;
}
