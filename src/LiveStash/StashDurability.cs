namespace LiveStash;

/// <summary>What <see cref="StashOutcome.Ok"/> promises for a write.</summary>
public enum StashDurability
{
    /// <summary>The stash is in the memory of the engine. It outlives the web server's circuit, not the process that holds it.</summary>
    Memory,

    /// <summary>The stash is in memory and will be in storage within the engine's flush interval; a crash loses at most that interval.</summary>
    WriteBehind,

    /// <summary>The stash is in storage. It outlives every process.</summary>
    WriteThrough,
}
