namespace LiveStash;

/// <summary>One component's part of the stash. Dispose of it with the component.</summary>
public interface IStashSlot : IDisposable
{
    /// <summary>What became of the saved state.</summary>
    StashStatus Status { get; }

    /// <summary>Names of properties whose saved value could not be read any more and was dropped, with <see cref="StashStatus.Recovered"/>.</summary>
    IReadOnlyList<string> DroppedProperties { get; }

    /// <summary>
    /// Saves what differs from what was saved last. All calls of one render batch become one write; with nothing different
    /// there is no call at all. Nor is there one for a component that was never saved and still shows nothing but what it
    /// started with and the defaults of its properties' types.
    /// </summary>
    /// <returns>Completes with the engine's answer. Never throws for a failed save.</returns>
    /// <exception cref="InvalidOperationException">Two slots have one key; the message says what to change.</exception>
    Task<StashSaveResult> StashAsync();

    /// <summary>As <see cref="StashAsync"/>, for what no one waits for: also does nothing while the properties still are as the component got them.</summary>
    void AutoStash();

    /// <summary>Removes what is saved for this component. Properties keep their values; they are saved again with the next change.</summary>
    Task<StashSaveResult> ResetAsync();
}
