using System.Collections.Concurrent;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>A reminder table that all silos of a test share and that counts what is done to it.</summary>
internal sealed class CountingReminderTable : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId, string), ReminderEntry> _rows = new();
    private readonly Lock _lock = new();
    private int _upserts;

    public int Upserts => Volatile.Read(ref _upserts);

    public int Rows => _rows.Count;

    public IEnumerable<ReminderEntry> Entries => _rows.Values;

    /// <summary>Thrown by operations on one reminder.</summary>
    public Exception? Failure { get; set; }

    /// <summary>While set, operations on one reminder wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public Task<ReminderTableData> ReadRows(GrainId grainId) =>
        Task.FromResult(new ReminderTableData(_rows.Values.Where(row => row.GrainId == grainId).Select(Copy)));

    public Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        Task.FromResult(new ReminderTableData(_rows.Values.Where(row => IsInRange(row.GrainId.GetUniformHashCode(), begin, end)).Select(Copy)));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        await PassAsync();
        return _rows.TryGetValue((grainId, reminderName), out var row) ? Copy(row) : null;
    }

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        Interlocked.Increment(ref _upserts);
        await PassAsync();
        lock (_lock)
        {
            var row = Copy(entry);
            row.ETag = Guid.NewGuid().ToString("N");
            _rows[(row.GrainId, row.ReminderName)] = row;
            return row.ETag;
        }
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        await PassAsync();
        lock (_lock)
        {
            return _rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && _rows.TryRemove((grainId, reminderName), out _);
        }
    }

    public Task TestOnlyClearTable()
    {
        _rows.Clear();
        return Task.CompletedTask;
    }

    private async Task PassAsync()
    {
        if (Gate is { } gate)
        {
            await gate.Task;
        }

        if (Failure is { } failure)
        {
            throw failure;
        }
    }

    private static bool IsInRange(uint hash, uint begin, uint end) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private static ReminderEntry Copy(ReminderEntry row) => new()
    {
        GrainId = row.GrainId,
        ReminderName = row.ReminderName,
        StartAt = row.StartAt,
        Period = row.Period,
        ETag = row.ETag,
    };
}
