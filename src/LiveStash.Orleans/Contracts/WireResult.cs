namespace LiveStash.Orleans.Contracts;

/// <summary><see cref="StashResult"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Result")]
internal readonly struct WireResult(StashResult result)
{
    /// <summary>The number of the <see cref="StashOutcome"/>.</summary>
    [Id(0)]
    public int Outcome { get; init; } = (int)result.Outcome;

    [Id(1)]
    public long Version { get; init; } = result.Version;

    [Id(2)]
    public string? Detail { get; init; } = result.Detail;

    [Id(3)]
    public bool StorageFailing { get; init; } = result.StorageFailing;

    public StashResult ToResult() => new((StashOutcome)Outcome, Version, Detail) { StorageFailing = StorageFailing };
}
