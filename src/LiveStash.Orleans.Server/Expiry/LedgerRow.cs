using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>
/// A row of a ledger in the grain storage of stashes. Operations are bounded in time. After one that threw, whether it had an
/// effect is not known: the row has to be read before it is written again.
/// </summary>
internal sealed class LedgerRow<T>(string stateName, GrainId id, StashGrainServices services)
    where T : class, new()
{
    private string? _etag;

    /// <summary>Whether there was a row when it was last read or written.</summary>
    public bool Exists { get; private set; }

    /// <summary>Reads it; <see langword="null"/> where there is none.</summary>
    public async Task<T?> ReadAsync()
    {
        var row = await GetAsync();
        (_etag, Exists) = (row.ETag, row.RecordExists);
        return Exists ? row.State : null;
    }

    /// <summary>Whether nobody else has written since.</summary>
    public async Task<bool> IsUnchangedAsync() => (await GetAsync()).ETag == _etag;

    /// <exception cref="global::Orleans.Storage.InconsistentStateException">Another activation has written since; nothing was changed.</exception>
    public Task WriteAsync(T state) => ChangeAsync(
        StorageOperation.Write, new(state, _etag) { RecordExists = Exists }, exists: true, (row, cancellation) => services.Storage!.WriteStateAsync(stateName, id, row, cancellation));

    /// <exception cref="global::Orleans.Storage.InconsistentStateException">Another activation has written since; nothing was changed.</exception>
    public Task ClearAsync() => ChangeAsync(
        StorageOperation.Clear, new(new(), _etag) { RecordExists = Exists }, exists: false, (row, cancellation) => services.Storage!.ClearStateAsync(stateName, id, row, cancellation));

    private async Task<GrainState<T>> GetAsync()
    {
        var row = new GrainState<T>();
        await BoundedAsync(StorageOperation.Read, cancellation => services.Storage!.ReadStateAsync(stateName, id, row, cancellation));
        return row;
    }

    private async Task ChangeAsync(StorageOperation operation, GrainState<T> row, bool exists, Func<GrainState<T>, CancellationToken, Task> change)
    {
        await BoundedAsync(operation, cancellation => change(row, cancellation));
        (_etag, Exists) = (row.ETag, exists);
    }

    private async Task BoundedAsync(StorageOperation operation, Func<CancellationToken, Task> run)
    {
        var (started, outcome, isTimeout) = (services.Metrics.Now(), StorageOutcome.Failed, false);
        using var cancellation = new CancellationTokenSource();
        var running = run(cancellation.Token);
        try
        {
            await running.WaitAsync(services.Options.StorageTimeout, services.SystemTime);
            outcome = StorageOutcome.Ok;
        }
        catch (InconsistentStateException)
        {
            outcome = StorageOutcome.Conflict;
            throw;
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            isTimeout = true;
            running.Ignore();
            await cancellation.CancelAsync();
            throw;
        }
        finally
        {
            services.Metrics.Stored(operation, RowKind.Ledger, outcome, isTimeout, started);
        }
    }
}
