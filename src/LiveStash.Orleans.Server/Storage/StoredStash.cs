using LiveStash.Records;

namespace LiveStash.Orleans.Server.Storage;

/// <summary>What is stored of a stash.</summary>
/// <param name="Image">The content.</param>
/// <param name="Durability">What was promised of it.</param>
/// <param name="IsListed">Whether a ledger lists it. Always, but in rows of earlier versions.</param>
internal sealed record StoredStash(StashImage Image, StashDurability Durability, bool IsListed);
