using System.Collections.Concurrent;
using LiveStash.Orleans.Server.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>
/// A storage that all silos of a test share, like a database: it checks ETags, counts, and fails on demand. Content is kept
/// by reference, which is safe as the code under test never changes what it has handed over. Rows of ledgers are counted, and
/// fail, apart from those of stashes.
/// </summary>
internal sealed class FaultyStorage : IGrainStorage
{
    private FaultyStorage(FaultyStorage? ledgers) => Ledgers = ledgers ?? this;

    public FaultyStorage()
        : this(new FaultyStorage(null))
    {
    }

    /// <summary>The same of the rows of ledgers.</summary>
    public FaultyStorage Ledgers { get; }

    private readonly ConcurrentDictionary<GrainId, Row> _rows = new();
    private readonly Lock _lock = new();
    private int _writes;
    private int _reads;
    private int _clears;
    private int _running;
    private int _mostRunning;
    private int _passing = int.MaxValue;
    private bool _failsAfterEffect;

    /// <summary>Operations of any kind that have begun and ended, failures included.</summary>
    public int Calls => Reads + Writes + Clears;

    public int Reads => Volatile.Read(ref _reads);

    public int Writes => Volatile.Read(ref _writes);

    public int Clears => Volatile.Read(ref _clears);

    /// <summary>The most operations that were under way at once.</summary>
    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>Changes that are under way, also those that the caller has given up.</summary>
    public int Running => Volatile.Read(ref _running);

    public int Rows => _rows.Count;

    public bool HasRow(GrainId id) => _rows.ContainsKey(id);

    /// <summary>Thrown instead of a write or a clear, before it has an effect.</summary>
    public Exception? WriteFailure { get; set; }

    /// <summary>Thrown instead of a read.</summary>
    public Exception? ReadFailure { get; set; }

    /// <summary>Thrown after a write had its effect: an answer that was lost on the way.</summary>
    public Exception? AnswerFailure { get; set; }

    /// <summary>Lets so many writes and clears pass; the next fail, before or after they had an effect.</summary>
    public void FailAfter(int changes, bool afterEffect) => (_passing, _failsAfterEffect) = (changes, afterEffect);

    /// <summary>While set, writes and clears wait for it before they have an effect.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Keeps a row when it is cleared, as ADO.NET storage does without DeleteStateOnClear.</summary>
    public bool KeepsClearedRows { get; set; }

    /// <summary>Changes a row as another activation in a split cluster would.</summary>
    public void Overwrite<T>(GrainId id, Func<T, T> change)
    {
        lock (_lock)
        {
            _rows[id] = new(change((T)_rows[id].State!), NewETag());
        }
    }

    /// <summary>Makes a row as another activation in a split cluster would.</summary>
    public void Put<T>(GrainId id, T state) => _rows[id] = new(state, NewETag());

    /// <summary>Removes a row as another activation in a split cluster would.</summary>
    public void Remove(GrainId id) => _rows.TryRemove(id, out _);

    /// <summary>Holds reads up until it is set.</summary>
    public TaskCompletionSource? ReadGate { get; set; }

    /// <summary>The rows.</summary>
    public IEnumerable<GrainId> Ids => _rows.Keys;

    public T? Get<T>(GrainId id) => _rows.TryGetValue(id, out var row) ? (T?)row.State : default;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (IsOfLedger(stateName))
        {
            await Ledgers.ReadStateAsync(stateName, grainId, grainState);
            return;
        }

        Interlocked.Increment(ref _reads);
        if (ReadGate is { } gate)
        {
            await gate.Task;
        }

        if (ReadFailure is { } failure)
        {
            throw failure;
        }

        if (_rows.TryGetValue(grainId, out var row))
        {
            grainState.State = (T)row.State!;
            grainState.ETag = row.ETag;
            grainState.RecordExists = row.State is not null;
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (IsOfLedger(stateName))
        {
            return Ledgers.WriteStateAsync(stateName, grainId, grainState);
        }

        Interlocked.Increment(ref _writes);
        return ChangeAsync(grainId, grainState, () => new(grainState.State, NewETag()), exists: true);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (IsOfLedger(stateName))
        {
            return Ledgers.ClearStateAsync(stateName, grainId, grainState);
        }

        Interlocked.Increment(ref _clears);
        return ChangeAsync(grainId, grainState, () => KeepsClearedRows ? new(null, NewETag()) : null, exists: false);
    }

    private async Task ChangeAsync<T>(GrainId grainId, IGrainState<T> grainState, Func<Row?> change, bool exists)
    {
        lock (_lock)
        {
            _mostRunning = Math.Max(_mostRunning, ++_running);
        }

        try
        {
            if (Gate is { } gate)
            {
                await gate.Task;
            }

            var fails = _passing-- <= 0;
            if (fails && !_failsAfterEffect)
            {
                throw new IOException("down");
            }

            if (WriteFailure is { } failure)
            {
                throw failure;
            }

            lock (_lock)
            {
                var stored = _rows.GetValueOrDefault(grainId)?.ETag;
                if (stored != grainState.ETag)
                {
                    throw new InconsistentStateException("ETag mismatch", stored, grainState.ETag);
                }

                var row = change();
                if (row is null)
                {
                    _rows.TryRemove(grainId, out _);
                }
                else
                {
                    _rows[grainId] = row;
                }

                grainState.ETag = row?.ETag;
                grainState.RecordExists = exists;
            }

            if (fails)
            {
                throw new IOException("connection reset");
            }

            if (AnswerFailure is { } lost)
            {
                throw lost;
            }
        }
        finally
        {
            lock (_lock)
            {
                _running--;
            }
        }
    }

    private bool IsOfLedger(string stateName) => stateName != GrainStorageStore.StateName && Ledgers != this;

    private static string NewETag() => Guid.NewGuid().ToString("N");

    private sealed record Row(object? State, string ETag);
}
