namespace LiveStash.Orleans.Server.Storage;

/// <summary>What a row is of.</summary>
internal enum RowKind
{
    /// <summary>A stash.</summary>
    Stash,

    /// <summary>A list of stashes.</summary>
    Ledger,
}
