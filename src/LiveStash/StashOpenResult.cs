namespace LiveStash;

/// <summary>An engine's answer to an open.</summary>
/// <param name="Outcome"><see cref="StashOutcome.Ok"/>, <see cref="StashOutcome.NotFound"/> or <see cref="StashOutcome.Unavailable"/>.</param>
/// <param name="Detail">For the log of an operator. Holds no payload and no id.</param>
public readonly record struct StashOpenResult(StashOutcome Outcome, string? Detail = null)
{
    /// <summary>The epoch to write with, after an <see cref="StashOutcome.Ok"/>.</summary>
    public long Epoch { get; init; }

    /// <summary>The version of the content. Every accepted write raises it by at least one, so of two copies of a stash the higher is the newer.</summary>
    public long Version { get; init; }

    /// <summary>The content, after an <see cref="StashOutcome.Ok"/>; otherwise empty. Not to be changed.</summary>
    public IReadOnlyList<StashEntry> Entries { get => field ?? []; init; }

    /// <summary>
    /// The content is a fallback's copy, because the engine itself could not be asked: it may still have a newer one.
    /// The caller opens again when it can be reached.
    /// </summary>
    public bool IsProvisional { get; init; }

    /// <summary>Whether there is content to recover.</summary>
    public bool IsOk => Outcome == StashOutcome.Ok;
}
