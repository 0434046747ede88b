namespace LiveStash;

/// <summary>How a component is attached to the stash.</summary>
public sealed record StashSlotSettings
{
    /// <summary>Tells several components of one type apart, for example an order line's id. The same after a recovery. At most 256 characters.</summary>
    public string? Key { get; init; }

    /// <summary>The scope of the properties whose attribute names none.</summary>
    public StashScope Scope { get; init; } = StashScope.Reconnect;

    /// <summary>
    /// Called on the dispatcher when values arrive after the component was attached: the engine could not be reached then,
    /// answered later, and the user had changed nothing in between. The component renders itself anew.
    /// </summary>
    public Action? RecoveredLate { get; init; }
}
