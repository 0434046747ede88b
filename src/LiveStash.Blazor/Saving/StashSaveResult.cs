namespace LiveStash;

/// <summary>What became of a save.</summary>
/// <param name="Outcome">The engine's answer.</param>
/// <param name="Written">Whether something was to be sent; <see langword="false"/> when nothing had changed, or nothing is kept here.</param>
/// <param name="Detail">For a log: why it was not saved. Holds no payload and no id.</param>
public readonly record struct StashSaveResult(StashOutcome Outcome, bool Written = false, string? Detail = null)
{
    /// <summary>Whether the present values are saved as durably as the engine promises.</summary>
    public bool IsSaved => Outcome == StashOutcome.Ok;

    /// <summary>Whether the save is being retried in the background: the engine could not be reached.</summary>
    public bool IsRetrying => Outcome == StashOutcome.Unavailable && Written;
}
