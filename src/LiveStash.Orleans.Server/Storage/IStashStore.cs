using LiveStash.Records;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Storage;

/// <summary>
/// The rows of stashes, each fenced by an ETag. A grain storage named <see cref="global::Orleans.Hosting.StashGrainOptions.StorageName"/> that
/// has this too is asked through it: it is told what the row holds already, and need not write that again.
/// </summary>
/// <remarks>
/// An operation that is cancelled may take effect all the same; its task ends when it no longer can, or when the ETag it came
/// with is the only thing left that keeps it from it.
/// </remarks>
internal interface IStashStore
{
    /// <summary>Reads a row; no stash and no ETag where there is none.</summary>
    Task<(StoredStash? Stash, string? ETag)> ReadAsync(GrainId id, CancellationToken cancellationToken);

    /// <summary>Writes a row.</summary>
    /// <param name="id">Of the stash.</param>
    /// <param name="stash">What the row shall hold.</param>
    /// <param name="known">What it holds; <see langword="null"/> where there is no row, or its content is not known.</param>
    /// <param name="etag">Of the row; <see langword="null"/> where there is none.</param>
    /// <param name="cancellationToken">The caller has given up.</param>
    /// <returns>The row's new ETag.</returns>
    /// <exception cref="global::Orleans.Storage.InconsistentStateException">The row has another ETag. Nothing was changed.</exception>
    Task<string?> WriteAsync(GrainId id, StoredStash stash, StashImage? known, string? etag, CancellationToken cancellationToken);

    /// <summary>Deletes a row.</summary>
    /// <returns>The ETag of a row that stays, in a storage that keeps an empty one.</returns>
    /// <exception cref="global::Orleans.Storage.InconsistentStateException">The row has another ETag. Nothing was changed.</exception>
    Task<string?> ClearAsync(GrainId id, StashImage? known, string? etag, CancellationToken cancellationToken);
}
