namespace LiveStash;

/// <summary>A component or service that decides at run time how it is kept. For what is known before, the attributes do.</summary>
public interface IHasStashSettings
{
    /// <summary>
    /// The settings. Read once: of a component when the first parameters have come, which are set for that ahead of its
    /// <c>SetParametersAsync</c>. A key that may change while the component lives is a parameter with <see cref="StashKeyAttribute"/>.
    /// </summary>
    StashSlotSettings StashSettings { get; }
}
