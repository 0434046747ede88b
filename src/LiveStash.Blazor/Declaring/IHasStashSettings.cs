namespace LiveStash;

/// <summary>A component or service that decides at run time how it is kept. For what is known before, the attributes do.</summary>
public interface IHasStashSettings
{
    /// <summary>The settings. Read once: of a component after its first parameters were set and before <c>OnInitialized</c>.</summary>
    StashSlotSettings StashSettings { get; }
}
