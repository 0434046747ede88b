using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Benchmarks.Storage;

/// <summary>
/// A storage without latency of its own: what is measured is the way to it. Checks ETags. Keeps content by reference, which is
/// safe as what it is handed never changes.
/// </summary>
internal sealed class BenchmarkStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, (object? State, string ETag)> _rows = new();
    private long _next;

    public BenchmarkReminderTable Reminders { get; } = new();

    public int Rows => _rows.Count;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var exists = _rows.TryGetValue(grainId, out var row);
        grainState.State = exists ? (T)row.State! : Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (exists ? row.ETag : null, exists);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check(grainId, grainState.ETag);
        var etag = $"{Interlocked.Increment(ref _next)}";
        _rows[grainId] = (grainState.State, etag);
        (grainState.ETag, grainState.RecordExists) = (etag, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check(grainId, grainState.ETag);
        _rows.TryRemove(grainId, out _);
        (grainState.ETag, grainState.RecordExists) = (null, false);
        return Task.CompletedTask;
    }

    private void Check(GrainId grainId, string? etag)
    {
        var stored = _rows.TryGetValue(grainId, out var row) ? row.ETag : null;
        if (stored != etag)
        {
            throw new InconsistentStateException("ETag mismatch", stored, etag);
        }
    }
}
