namespace LiveStash;

/// <summary>How stashes follow a visitor who signs in.</summary>
public sealed class StashSessionOptions
{
    /// <summary>
    /// Whether a user who signs in takes along what the same tab had stashed before, as an anonymous visitor: it is copied into a
    /// stash of the user's. Default <see langword="false"/>: it becomes unreachable, as does a user's stash after signing out.
    /// </summary>
    public bool TakeAnonymousStashAlong { get; set; }
}
