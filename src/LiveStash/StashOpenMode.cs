namespace LiveStash;

/// <summary>What an open is for.</summary>
public enum StashOpenMode
{
    /// <summary>Recover and own: raises the epoch, so that every earlier owner is refused from now on.</summary>
    Own,

    /// <summary>Look only: the owner stays the owner. A duplicated tab starts its own stash from such a copy.</summary>
    Read,

    /// <summary>
    /// Look, and keep alive: the time to live that it has begins anew, up to its lifetime. The owner stays the owner. For what many
    /// readers share, as in a cache. In storage that is up to an eighth of the time to live later, a minute at most.
    /// </summary>
    Use,

    /// <summary>Keep alive as <see cref="Use"/> does, and tell nothing of the content.</summary>
    Prolong,
}
