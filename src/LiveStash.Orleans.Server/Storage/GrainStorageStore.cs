using LiveStash.Records;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Server.Storage;

/// <summary>Stashes in any grain storage: a row is a <see cref="StashState"/>, written as a whole.</summary>
internal sealed class GrainStorageStore(IGrainStorage storage) : IStashStore
{
    /// <summary>The name of the state in the row.</summary>
    public const string StateName = "stash";

    public async Task<(StoredStash? Stash, string? ETag)> ReadAsync(GrainId id, CancellationToken cancellationToken)
    {
        var row = new GrainState<StashState>();
        await storage.ReadStateAsync(StateName, id, row, cancellationToken);

        // A provider that keeps a cleared row says that there is no record, and gives the ETag to write over it.
        return (row.RecordExists && row.State is { Epoch: > 0 } state ? state.ToStored() : null, row.ETag);
    }

    public async Task<string?> WriteAsync(GrainId id, StoredStash stash, StashImage? known, string? etag, CancellationToken cancellationToken)
    {
        var row = new GrainState<StashState>(StashState.From(stash), etag) { RecordExists = etag is not null };
        await storage.WriteStateAsync(StateName, id, row, cancellationToken);
        return row.ETag;
    }

    public async Task<string?> ClearAsync(GrainId id, StashImage? known, string? etag, CancellationToken cancellationToken)
    {
        var row = new GrainState<StashState>(new(), etag) { RecordExists = etag is not null };
        await storage.ClearStateAsync(StateName, id, row, cancellationToken);
        return row.ETag;
    }
}
