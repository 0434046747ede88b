namespace LiveStash.Orleans.Contracts;

/// <summary>The answer of <see cref="IStashGrain.OpenAsync"/>. A class: it would be copied several times on its way as a struct.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Opened")]
internal sealed class WireOpened(StashOpenResult result)
{
    /// <summary>The number of the <see cref="StashOutcome"/>.</summary>
    [Id(0)]
    public int Outcome { get; init; } = (int)result.Outcome;

    [Id(1)]
    public string? Detail { get; init; } = result.Detail;

    [Id(2)]
    public long Epoch { get; init; } = result.Epoch;

    [Id(3)]
    public long Version { get; init; } = result.Version;

    /// <summary>The record's own array, never changed: on a co-hosted call it is not copied.</summary>
    [Id(4)]
    public StashEntry[] Entries { get; init; } = WireEntries.ToArray(result.Entries);

    public StashOpenResult ToResult() =>
        new((StashOutcome)Outcome, Detail) { Epoch = Epoch, Version = Version, Entries = Entries ?? [] };
}
