using LiveStash.Records;

namespace LiveStash.Orleans.Server.Storage;

/// <summary>What is stored of a stash.</summary>
/// <param name="Image">The content.</param>
/// <param name="Durability">What was promised of it.</param>
/// <param name="HasReminder">Whether the reminder that deletes it was registered when this was stored.</param>
internal sealed record StoredStash(StashImage Image, StashDurability Durability, bool HasReminder);
