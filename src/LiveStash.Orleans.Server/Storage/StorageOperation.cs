namespace LiveStash.Orleans.Server.Storage;

/// <summary>What a storage is asked to do.</summary>
internal enum StorageOperation
{
    Read,
    Write,
    Clear,
}
