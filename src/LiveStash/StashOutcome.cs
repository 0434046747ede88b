namespace LiveStash;

/// <summary>What an engine answers. None of these is an exception: a page goes on after each of them.</summary>
public enum StashOutcome
{
    /// <summary>Done; for a write: saved as durably as the stash's <see cref="StashDurability"/> promises.</summary>
    Ok,

    /// <summary>There is no such stash: never written, cleared, expired, or lost with the memory it was in.</summary>
    NotFound,

    /// <summary>A later open has taken the stash over; the caller's epoch writes no more.</summary>
    Superseded,

    /// <summary>The stash would exceed the size limit. Nothing was changed.</summary>
    TooLarge,

    /// <summary>
    /// The engine does not hold the version that the delta builds on (it restored an older one, or an answer was
    /// lost on the way), or it holds a later one than a <see cref="StashWrite.Replace"/> is on. Nothing was changed. The answer tells
    /// the version that is there: a replace on that one settles it.
    /// </summary>
    VersionMismatch,

    /// <summary>The engine did not answer in time, or cannot take more now. Whether the call had an effect is not known.</summary>
    Unavailable,

    /// <summary>A value could not be serialized, so it was not saved. No engine's answer: what waits for a save gets it.</summary>
    Unserializable,
}
