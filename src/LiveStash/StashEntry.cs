namespace LiveStash;

/// <summary>
/// One saved property: its name inside the stash and its serialized value. Engines take both as they are and never
/// look into the value.
/// </summary>
/// <param name="Name">Unique in the stash, compared ordinally.</param>
/// <param name="Value">The serialized value. Never changed after it was handed to an engine.</param>
public readonly record struct StashEntry(string Name, ReadOnlyMemory<byte> Value)
{
    /// <summary>What the entry counts towards the size of its stash, in bytes: the value plus one for each character of the name.</summary>
    public int Size => Name.Length + Value.Length;
}
