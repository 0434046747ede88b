namespace LiveStash;

/// <summary>
/// Marks a property of a component or of a stashed service as state to keep. The property has a getter and a setter, of any
/// accessibility, and a type that the <see cref="IStashSerializer"/> can write and read back. It is not a parameter: those
/// belong to the parent. On a class it sets what its properties' own attributes leave open, and marks nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class StashAttribute : Attribute
{
    private StashScope? _scope;
    private bool? _initializationWins;

    /// <summary>When the property is recovered. Default <see cref="StashScope.Reconnect"/>.</summary>
    public StashScope Scope
    {
        get => _scope ?? StashScope.Reconnect;
        set => _scope = value;
    }

    /// <summary>
    /// What happens when the component's initialization (<c>OnInitialized</c>, <c>OnInitializedAsync</c>, <c>OnParametersSet</c>)
    /// sets a property that was recovered. Default <see langword="false"/>: the recovered value is put back, before it is
    /// rendered. <see langword="true"/>: the component has looked at the recovered value and decides.
    /// </summary>
    public bool InitializationWins
    {
        get => _initializationWins ?? false;
        set => _initializationWins = value;
    }

    /// <summary>
    /// On a class: whether changes are saved by themselves. Default <see langword="true"/>; <see langword="false"/> saves only
    /// with <see cref="IStashSlot.StashAsync"/>. On a property it has no effect.
    /// </summary>
    public bool AutoSave { get; set; } = true;

    internal StashScope? ScopeOrNull => _scope;

    internal bool? InitializationWinsOrNull => _initializationWins;
}
