using System.Collections.Concurrent;
using Orleans.Runtime;

namespace LiveStash.Orleans.Benchmarks.Storage;

/// <summary>A reminder table without latency of its own.</summary>
internal sealed class BenchmarkReminderTable : IReminderTable
{
    private readonly ConcurrentDictionary<GrainId, ConcurrentDictionary<string, ReminderEntry>> _rows = new();
    private long _next;

    public int Rows => _rows.Count;

    public Task<ReminderTableData> ReadRows(GrainId grainId) =>
        Task.FromResult(new ReminderTableData(_rows.TryGetValue(grainId, out var rows) ? rows.Values : []));

    public Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        Task.FromResult(new ReminderTableData(_rows.Where(pair => IsInRange(pair.Key.GetUniformHashCode(), begin, end)).SelectMany(pair => pair.Value.Values)));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(_rows.TryGetValue(grainId, out var rows) && rows.TryGetValue(reminderName, out var row) ? row : null);

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        var row = new ReminderEntry
        {
            GrainId = entry.GrainId,
            ReminderName = entry.ReminderName,
            StartAt = entry.StartAt,
            Period = entry.Period,
            ETag = $"{Interlocked.Increment(ref _next)}",
        };
        _rows.GetOrAdd(row.GrainId, static _ => new())[row.ReminderName] = row;
        return Task.FromResult<string?>(row.ETag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        Task.FromResult(_rows.TryGetValue(grainId, out var rows) && rows.TryGetValue(reminderName, out var row) && row.ETag == eTag && _rows.TryRemove(grainId, out _));

    public Task TestOnlyClearTable()
    {
        _rows.Clear();
        return Task.CompletedTask;
    }

    private static bool IsInRange(uint hash, uint begin, uint end) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
}
