namespace LiveStash.Orleans.Benchmarks.Load;

/// <summary>What a load does.</summary>
internal enum LoadKind
{
    /// <summary>Puts bytes into a grain without LiveStash.</summary>
    RawPut,

    /// <summary>Puts bytes into a grain that answers with a number.</summary>
    RawAnswered,

    /// <summary>Gets them.</summary>
    RawGet,

    /// <summary>Writes a delta of one entry.</summary>
    Write,

    /// <summary>Recovers.</summary>
    Open,
}
