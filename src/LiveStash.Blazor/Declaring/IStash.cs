namespace LiveStash;

/// <summary>
/// The stash of this circuit. Scoped; used on the renderer's dispatcher only, as components themselves are. Injected by what
/// wants to know or to wait: <c>[Stash]</c> properties are recovered and saved without it. While prerendering it saves nothing.
/// </summary>
public interface IStash
{
    /// <summary>
    /// Whether this is a live circuit. <see langword="false"/> while prerendering: nothing is saved.
    /// </summary>
    bool IsActive { get; }

    /// <summary>The name of the engine that keeps this stash.</summary>
    string Engine { get; }

    /// <summary>How many writes the engine has acknowledged in this circuit.</summary>
    long AcknowledgedWrites { get; }

    /// <summary>
    /// Whether changes were noticed that the engine has not acknowledged, or that cannot be saved: too large, or not to be serialized.
    /// A change is noticed at the end of the event that made it.
    /// </summary>
    bool HasUnsavedChanges { get; }

    /// <summary>
    /// Raised on the dispatcher after each attempt to save or to reset, background retries included: an "all changes saved" sign
    /// listens here. What a handler throws is logged, and keeps nobody else from the answer.
    /// </summary>
    event Action<StashSaveResult>? Saved;

    /// <summary>The slot of a component or service that has <c>[Stash]</c> properties; <c>this</c>, as a rule.</summary>
    /// <param name="owner">The component or service.</param>
    /// <returns>Its slot. For an owner that is not kept (prerendering, no such property) one that does nothing.</returns>
    IStashSlot For(object owner);

    /// <summary>
    /// Keeps the <c>[Stash]</c> properties of an object that is neither a component nor a named service, a view model for example.
    /// Its saved values are in the properties when this returns. Dispose of the slot when the object is given up.
    /// </summary>
    /// <param name="owner">The object.</param>
    /// <param name="settings">Key, scope and so on; the defaults do for a type of which there is one at a time.</param>
    /// <exception cref="InvalidOperationException">A <c>[Stash]</c> property has no setter or is a parameter; the message says what to change.</exception>
    IStashSlot Attach(object owner, StashSlotSettings? settings = null);

    /// <summary>Completes when all that has changed is saved, with the engine's answer. With nothing to save there is no call.</summary>
    Task<StashSaveResult> StashAsync();

    /// <summary>Removes everything saved for this tab. Properties keep their values; nothing is saved until the next change.</summary>
    Task<StashSaveResult> ResetAsync();
}
