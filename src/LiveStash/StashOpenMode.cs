namespace LiveStash;

/// <summary>What an open is for.</summary>
public enum StashOpenMode
{
    /// <summary>Recover and own: raises the epoch, so that every earlier owner is refused from now on.</summary>
    Own,

    /// <summary>Look only: the owner stays the owner. A duplicated tab starts its own stash from such a copy.</summary>
    Read,
}
