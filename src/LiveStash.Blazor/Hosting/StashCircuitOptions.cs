namespace LiveStash;

/// <summary>What may differ from circuit to circuit. Starts with the values of <see cref="LiveStashOptions"/>.</summary>
public sealed class StashCircuitOptions
{
    /// <summary>The engine's name; one of the registered ones.</summary>
    public required string Engine { get; set; }

    /// <summary>See <see cref="LiveStashOptions.TimeToLive"/>.</summary>
    public required TimeSpan TimeToLive { get; set; }

    /// <summary>What a saved answer promises; <see langword="null"/> is the engine's default.</summary>
    public StashDurability? Durability { get; set; }

    /// <summary>Whether components and services whose class and settings do not say so are saved by themselves. Default <see langword="true"/>.</summary>
    public bool AutoSave { get; set; } = true;

    /// <summary>The scope of properties where neither they nor their class nor its settings name one. Default <see cref="StashScope.Reconnect"/>.</summary>
    public StashScope Scope { get; set; } = StashScope.Reconnect;
}
