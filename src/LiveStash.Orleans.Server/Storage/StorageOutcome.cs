namespace LiveStash.Orleans.Server.Storage;

/// <summary>What became of a storage operation.</summary>
internal enum StorageOutcome
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>Another activation has written since this one read. Nothing was changed.</summary>
    Conflict,

    /// <summary>Not done, or not known to be done.</summary>
    Failed,
}
