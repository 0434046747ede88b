namespace LiveStash;

/// <summary>An engine's answer to a write, a touch or a clear.</summary>
/// <param name="Outcome">What became of the call.</param>
/// <param name="Version">The version the stash is at after an <see cref="StashOutcome.Ok"/>; 0 where there is none.</param>
/// <param name="Detail">For the log of an operator: why it is not <see cref="StashOutcome.Ok"/>. Holds no payload and no id.</param>
public readonly record struct StashResult(StashOutcome Outcome, long Version = 0, string? Detail = null)
{
    /// <summary>Whether the call did what it was for.</summary>
    public bool IsOk => Outcome == StashOutcome.Ok;

    /// <summary>
    /// With <see cref="StashDurability.WriteBehind"/>: the last attempt to bring the stash to storage failed and is being
    /// retried. The write itself is in memory as promised.
    /// </summary>
    public bool StorageFailing { get; init; }
}
