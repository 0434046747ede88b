namespace LiveStash;

/// <summary>
/// Where stashes live. Safe for concurrent use. No method throws for an expected outcome, an unreachable store
/// included: it answers <see cref="StashOutcome.Unavailable"/> within <see cref="LiveStashOptions.EngineTimeout"/>.
/// A cancelled token ends the waiting, with <see cref="OperationCanceledException"/>, not the effect.
/// </summary>
/// <remarks>Every engine passes <c>StashEngineConformance</c> of the package LiveStash.Testing.</remarks>
public interface IStashEngine
{
    /// <summary>Recovers a stash: gives its content and, with <see cref="StashOpenMode.Own"/>, the right to write to it.</summary>
    /// <returns>Ok, NotFound or Unavailable. NotFound makes nothing.</returns>
    ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default);

    /// <summary>Saves a delta or the whole content, in one step: all of it or nothing.</summary>
    /// <returns>Every outcome is possible.</returns>
    ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default);

    /// <summary>Keeps the stash alive for another <see cref="StashTerms.TimeToLive"/>.</summary>
    /// <param name="id">The stash.</param>
    /// <param name="epoch">The caller's epoch.</param>
    /// <param name="terms">The terms from now on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Ok, NotFound, Superseded or Unavailable. Ok tells the version, by which the caller sees whether the engine still holds what it wrote.</returns>
    ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default);

    /// <summary>Removes the stash.</summary>
    /// <returns>Ok (also where there was none), Superseded or Unavailable.</returns>
    ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default);
}
