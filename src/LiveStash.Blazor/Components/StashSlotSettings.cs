namespace LiveStash;

/// <summary>How a component is attached to the stash.</summary>
public sealed record StashSlotSettings
{
    /// <summary>Tells several components of one type apart, for example an order line's id. The same after a recovery. At most 256 characters.</summary>
    public string? Key { get; init; }

    /// <summary>The scope of the properties whose attribute names none.</summary>
    public StashScope Scope { get; init; } = StashScope.Reconnect;

    /// <summary>The version of what the component saves; 1 at first. Raise it when values saved before must not be read as they are.</summary>
    public int Version { get; init; } = 1;

    /// <summary>
    /// Called instead of recovering when another version had saved. Returns whether it has set the properties; otherwise, and
    /// without it, what was saved is discarded and the status is <see cref="StashStatus.Error"/>.
    /// </summary>
    public Func<StashMigration, bool>? Migrate { get; init; }

    /// <summary>
    /// Called on the dispatcher when values arrive after the component was attached: the engine could not be reached then,
    /// answered later, and the user had changed nothing in between. The component renders itself anew.
    /// </summary>
    public Action? RecoveredLate { get; init; }
}
