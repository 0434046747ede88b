namespace LiveStash.Comparing;

/// <summary>What a slot tells, and asks for.</summary>
internal interface ISlotEvents
{
    /// <summary>An entry has a new value. The array is not changed afterwards.</summary>
    void Changed(string entry, byte[] value);

    /// <summary>Entries are to go.</summary>
    void Removed(IEnumerable<string> entries);

    /// <summary>The property's value cannot be serialized.</summary>
    void Failed(StashSlot slot, StashCell cell, Exception exception);

    /// <summary>The property's saved value is given up.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="cell">Of the property.</param>
    /// <param name="exception">Why it cannot be read; <see langword="null"/> where another version had saved it.</param>
    void Dropped(StashSlot slot, StashCell cell, Exception? exception);

    /// <summary>The owner is about to go.</summary>
    void Leaving(StashSlot slot);

    /// <summary>Whether anything is saved of it, or about to be.</summary>
    bool HasSaved(StashSlot slot);

    /// <summary>Whether an entry has this value in the stash, or is about to.</summary>
    bool Keeps(string entry, byte[] value);

    Task<StashSaveResult> SaveAsync(StashSlot slot);

    Task<StashSaveResult> ResetAsync(StashSlot slot);
}
