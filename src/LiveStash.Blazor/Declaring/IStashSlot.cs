namespace LiveStash;

/// <summary>One component's or service's part of the stash.</summary>
public interface IStashSlot : IDisposable
{
    /// <summary>What became of the saved state.</summary>
    StashStatus Status { get; }

    /// <summary>Names of properties whose saved value could not be read any more and was dropped.</summary>
    IReadOnlyList<string> DroppedProperties { get; }

    /// <summary>Whether anything of this owner is saved, or is about to be.</summary>
    bool HasSaved { get; }

    /// <summary>
    /// Completes when what this owner has changed is saved, with the engine's answer. All that has changed since the last write
    /// becomes one write; with nothing changed there is no call. What the owner was initialized with is no change, unless this is
    /// called from within its initialization: then what that has set so far is saved too.
    /// </summary>
    /// <returns>The engine's answer. Never throws for a failed save.</returns>
    Task<StashSaveResult> StashAsync();

    /// <summary>Removes what is saved for this owner. Properties keep their values; they are saved again with the next change.</summary>
    Task<StashSaveResult> ResetAsync();

    /// <summary>
    /// Reads what was saved before and is not on the screen: the page started while the engine could not be asked
    /// (<see cref="StashStatus.Error"/>), the user changed this property, and the engine answered later. The app may offer it.
    /// </summary>
    /// <param name="property">The property's name.</param>
    /// <param name="value">The saved value.</param>
    /// <typeparam name="T">The property's type.</typeparam>
    /// <returns>Whether there is such a value.</returns>
    bool TryGetSaved<T>(string property, out T? value);
}
