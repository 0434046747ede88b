namespace LiveStash;

/// <summary>How a component or service is kept.</summary>
public sealed record StashSlotSettings
{
    /// <summary>
    /// Tells several owners of one type apart, for example an order line's id. The same after a recovery.
    /// <see langword="null"/>: what <see cref="StashKeyAttribute"/> and the route say.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The scope of the properties whose attribute names none; <see langword="null"/> is the class's.</summary>
    public StashScope? Scope { get; init; }

    /// <summary>Whether changes are saved by themselves; <see langword="null"/> is the class's, or else the circuit's.</summary>
    public bool? AutoSave { get; init; }

    /// <summary>The version of what is saved; 1 at first. Raise it when values saved before must not be read as they are.</summary>
    public int Version { get; init; } = 1;

    /// <summary>
    /// Called instead of recovering when another version had saved. Returns whether it has set the properties; otherwise, and
    /// without it, what was saved is discarded and the status is <see cref="StashStatus.Error"/>.
    /// </summary>
    public Func<StashMigration, bool>? Migrate { get; init; }
}
