namespace LiveStash;

/// <summary>
/// The stash of this circuit, for components that cannot inherit from <see cref="StashComponentBase"/>: inject it, attach
/// in <c>OnInitialized</c>, dispose of the slot with the component. Scoped; used on the renderer's dispatcher only, as
/// components themselves are. While prerendering it is there and does nothing.
/// </summary>
public interface IStash
{
    /// <summary>
    /// Whether this is a live circuit. <see langword="false"/> while prerendering: nothing is recovered and nothing is saved.
    /// </summary>
    bool IsActive { get; }

    /// <summary>The name of the engine that keeps this stash.</summary>
    string Engine { get; }

    /// <summary>How many writes the engine has acknowledged in this circuit.</summary>
    long AcknowledgedWrites { get; }

    /// <summary>
    /// Raised on the dispatcher after each attempt to save or to reset, background retries included: an "all changes saved" sign
    /// listens here.
    /// </summary>
    event Action<StashSaveResult>? Saved;

    /// <summary>
    /// Makes <paramref name="component"/> a slot of the stash and puts its saved values into its <c>[Stash]</c> properties, at once.
    /// </summary>
    /// <param name="component">The object with the <c>[Stash]</c> properties.</param>
    /// <param name="settings">Key, scope and callbacks; the defaults do for a type that stands once on the page.</param>
    /// <exception cref="InvalidOperationException">A <c>[Stash]</c> property has no setter or is a parameter; the message says what to change.</exception>
    IStashSlot Attach(object component, StashSlotSettings? settings = null);

    /// <summary>Removes everything saved for this tab. Properties keep their values; nothing is saved until the next change.</summary>
    Task<StashSaveResult> ResetAsync();
}
