using LiveStash.Orleans.Server.Measuring;
using LiveStash.Records;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Server.Storage;

/// <summary>
/// The row of one stash. One operation at a time, each with a state object of its own: one that hangs is given up by the
/// caller, but nothing else starts while it may still take effect, and what it does later it does to its own object. After a
/// failure the row is unknown and has to be read again. Used in the grain's turns only.
/// </summary>
internal sealed class StashStorage(IStashStore store, GrainId grainId, TimeSpan timeout, TimeProvider time, StashMetrics metrics)
{
    /// <summary>
    /// After this many time-outs a hanging operation is waited for no longer. Should it end after all, its ETag is an old one
    /// by then, and the provider refuses it; a first write has none, and is kept out by <see cref="RemoveAsync"/>.
    /// </summary>
    private const int AbandonAfterTimeouts = 10;

    /// <summary>What a row holds that is there to keep another out: content that has ended, and that any other is later than.</summary>
    private static readonly StashImage Removed = new(Epoch: 1, Version: 1, TimeSpan.Zero, DateTimeOffset.UnixEpoch, [], Size: 0);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task? _hanging;
    private long _startedAt;
    private StorageOperation? _running;

    /// <summary>Whether <see cref="ETag"/>, <see cref="HasRow"/> and <see cref="Stored"/> are those of the row.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Of the row when it was last read or written; <see langword="null"/> where there was none.</summary>
    public string? ETag { get; private set; }

    /// <summary>Whether there was a row with a stash in it when it was last read or written.</summary>
    public bool HasRow { get; private set; }

    /// <summary>
    /// The content of the row when it was last read or written; <see langword="null"/> where there was none, and where there is
    /// one (<see cref="HasRow"/>) of which this activation knows only that it is older than the stash.
    /// </summary>
    public StashImage? Stored { get; private set; }

    /// <summary>
    /// What the row may hold besides <see cref="Stored"/>, as that of another activation, or a write that was not answered: the end of
    /// what ends last. Without its entries; <see langword="null"/> where there is nothing.
    /// </summary>
    public StashImage? Unsure { get; private set; }

    /// <summary>
    /// Whether a clear of this activation was not answered, and nothing has been changed since: that a row is gone, or goes, may be
    /// its doing. What is written after it makes its ETag an old one.
    /// </summary>
    public bool IsClearUnanswered { get; private set; }

    /// <summary>
    /// Whether a first write of the row was not answered. It has no ETag that gets old: nothing tells when it no longer comes, and
    /// only a row that is there keeps it out.
    /// </summary>
    public bool IsFirstWriteUnanswered { get; private set; }

    /// <summary>As <see cref="IsClearUnanswered"/>, to one that will not hear of a clear that is under way.</summary>
    public bool MayBeCleared => IsClearUnanswered || _running == StorageOperation.Clear;

    /// <summary>As <see cref="IsFirstWriteUnanswered"/>, to one that will not hear of a write that is under way.</summary>
    public bool MayBeWrittenFirst => IsFirstWriteUnanswered || IsFirst(_running);

    /// <summary>Whether the row that is there is one that <see cref="RemoveAsync"/> left.</summary>
    public bool IsWrittenOver => IsFirstWriteUnanswered && !HasRow && ETag is not null;

    /// <summary>Why the last operation was not <see cref="StorageOutcome.Ok"/>, for an operator.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>The exception behind <see cref="Failure"/>, if there was one.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>Whether the row, as it was last known, is what it is to be: this content, or no row.</summary>
    public bool Holds(StashImage? image) => image is null ? !HasRow && Unsure is null : ReferenceEquals(image, Stored);

    /// <summary>
    /// Takes over what another activation knew of the row. That there is a row does not follow from its ETag: some providers leave an
    /// empty one.
    /// </summary>
    public void Restore(bool isKnown, string? etag, bool hasRow, StashImage? stored, StashImage? unsure, bool isClearUnanswered, bool isFirstWriteUnanswered)
    {
        (IsKnown, ETag, HasRow, Stored, Unsure) = (isKnown, etag, hasRow, stored, unsure);
        (IsClearUnanswered, IsFirstWriteUnanswered) = (isClearUnanswered, isFirstWriteUnanswered);
    }

    /// <summary>Reads the row.</summary>
    public async Task<(StorageOutcome Outcome, StoredStash? Found)> ReadAsync()
    {
        StoredStash? found = null;
        var outcome = await RunAsync(StorageOperation.Read, async cancellation =>
        {
            (found, var etag) = await store.ReadAsync(grainId, cancellation);
            return (etag, found?.Image);
        });
        return (outcome, outcome == StorageOutcome.Ok ? found : null);
    }

    /// <summary>Writes the row.</summary>
    public Task<StorageOutcome> WriteAsync(StashImage image, StashDurability durability, bool isListed) => RunAsync(
        StorageOperation.Write,
        async cancellation => (await store.WriteAsync(grainId, new(image, durability, isListed), Stored, ETag, cancellation), image),
        image);

    /// <summary>Deletes the row.</summary>
    public Task<StorageOutcome> ClearAsync() =>
        RunAsync(StorageOperation.Clear, async cancellation => (await store.ClearAsync(grainId, Stored, ETag, cancellation), null));

    /// <summary>
    /// Deletes the row for good: where a first write of it was not answered and may come yet, a row that has ended is left in its
    /// place, for the ledger to delete.
    /// </summary>
    public Task<StorageOutcome> RemoveAsync(StashDurability durability, bool isListed) => RunAsync(
        StorageOperation.Clear,
        async cancellation => (IsFirstWriteUnanswered
            ? await store.WriteAsync(grainId, new(Removed, durability, isListed), Stored, ETag, cancellation)
            : await store.ClearAsync(grainId, Stored, ETag, cancellation), null));

    private async Task<StorageOutcome> RunAsync(StorageOperation operation, Func<CancellationToken, Task<(string? ETag, StashImage? Stored)>> run, StashImage? written = null)
    {
        if (!await _turn.WaitAsync(timeout))
        {
            return Failed("Another storage operation of this stash has not ended yet.");
        }

        Task<(string? ETag, StashImage? Stored)>? running = null;
        try
        {
            if (_hanging is { IsCompleted: false } && time.GetElapsedTime(_startedAt) < timeout * AbandonAfterTimeouts)
            {
                return Failed("An earlier storage operation of this stash has not ended yet.");
            }

            _hanging = null;
            _startedAt = time.GetTimestamp();
            _running = operation;
            using var cancellation = new CancellationTokenSource();
            running = run(cancellation.Token);
            try
            {
                (ETag, Stored) = await running.WaitAsync(timeout, time);
                (HasRow, IsKnown, Unsure) = (Stored is not null, true, null);
                IsClearUnanswered &= operation == StorageOperation.Read;
                metrics.Stored(operation, RowKind.Stash, StorageOutcome.Ok, isTimeout: false, _startedAt);
                return StorageOutcome.Ok;
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                _hanging = running;
                running.Ignore();
                metrics.Stored(operation, RowKind.Stash, StorageOutcome.Failed, isTimeout: true, _startedAt);
                await cancellation.CancelAsync();
                NotAnswered(operation, written);
                return Failed($"The storage did not answer within {timeout.TotalMilliseconds:0} ms.");
            }
        }
        catch (InconsistentStateException exception)
        {
            metrics.Stored(operation, RowKind.Stash, StorageOutcome.Conflict, isTimeout: false, _startedAt);
            Failed("Another activation of this stash has written to the storage.", exception);
            return StorageOutcome.Conflict;
        }
        catch (Exception exception)
        {
            metrics.Stored(operation, RowKind.Stash, StorageOutcome.Failed, isTimeout: false, _startedAt);
            NotAnswered(operation, written);
            return Failed($"The storage failed: {exception.GetType().Name}: {exception.Message}", exception);
        }
        finally
        {
            _running = null;
            _turn.Release();
        }
    }

    /// <summary>The operation may have had an effect, or may have it yet.</summary>
    private void NotAnswered(StorageOperation operation, StashImage? written)
    {
        if (written is not null && !(written.ExpiresAt <= Unsure?.ExpiresAt))
        {
            Unsure = written with { Entries = [], Size = 0 };
        }

        IsClearUnanswered |= operation == StorageOperation.Clear;
        IsFirstWriteUnanswered |= IsFirst(operation);
    }

    private bool IsFirst(StorageOperation? operation) => operation == StorageOperation.Write && ETag is null;

    /// <summary>Whether the operation had an effect is not known: the row has to be read before it is written again.</summary>
    private StorageOutcome Failed(string failure, Exception? exception = null)
    {
        (IsKnown, Failure, Exception) = (false, failure, exception);
        return StorageOutcome.Failed;
    }
}
