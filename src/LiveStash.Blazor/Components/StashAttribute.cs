namespace LiveStash;

/// <summary>
/// Marks a property of a component as state to keep. The property has a getter and a setter, of any accessibility, and a
/// type that the <see cref="IStashSerializer"/> can write. It is not a <c>[Parameter]</c>: those belong to the parent.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StashAttribute : Attribute
{
    private StashScope? _scope;

    /// <summary>When the property is recovered. Not set: the scope of the component, which is <see cref="StashScope.Reconnect"/> unless it says otherwise.</summary>
    public StashScope Scope
    {
        get => _scope ?? StashScope.Reconnect;
        set => _scope = value;
    }

    internal StashScope? ScopeOrNull => _scope;
}
