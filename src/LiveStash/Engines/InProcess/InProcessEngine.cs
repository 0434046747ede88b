using System.Collections.Concurrent;
using LiveStash.Records;
using Microsoft.Extensions.Options;

namespace LiveStash.Engines.InProcess;

/// <summary>
/// Stashes in the memory of this process: the embedded default for one web server. They outlive circuits, not the process.
/// Bounded in number and bytes; expired stashes are dropped exactly on access, by a timer, and when room is needed.
/// </summary>
internal sealed class InProcessEngine : IStashEngine, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<StashId, Slot> _slots = new();

    // A slot's node is the one keyed by its QueuedAt: at its expiry or before it. One that comes up too early is put back,
    // one that was overtaken by an earlier one, or whose slot was removed, is passed over.
    private readonly PriorityQueue<Slot, DateTimeOffset> _expiries = new();
    private readonly TimeProvider _time;
    private readonly StashLimits _limits;
    private readonly InProcessEngineOptions _bounds;
    private readonly ITimer _sweeper;
    private long _bytes;
    private int _count;

    public InProcessEngine(TimeProvider time, IOptions<LiveStashOptions> options, IOptions<InProcessEngineOptions> bounds)
    {
        _time = time;
        _limits = options.Value.Limits;
        _bounds = bounds.Value;
        _sweeper = time.CreateTimer(static engine => ((InProcessEngine)engine!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many stashes are held, expired ones that were not noticed yet included.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>The sum of the stashes' sizes in bytes.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>How many nodes the queue of expiries has; more than <see cref="Count"/> where stashes were cleared or their expiry moved.</summary>
    internal int QueuedExpiries
    {
        get
        {
            lock (_expiries)
            {
                return _expiries.Count;
            }
        }
    }

    public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
    {
        // Here too, not only in the record: a mistake shows also where there is no stash, and leaves no empty slot.
        terms.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        return new(_slots.TryGetValue(id, out var slot)
            ? OnSlot(slot, (mode, terms), static (record, call, now) => record.Open(call.mode, call.terms, now))
            : new StashOpenResult(StashOutcome.NotFound));
    }

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default)
    {
        write.Terms.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            if (!_slots.TryGetValue(id, out var slot))
            {
                if (!write.Replace)
                {
                    return new(new StashResult(StashOutcome.NotFound));
                }

                slot = _slots.GetOrAdd(id, static id => new Slot(id));
            }

            if (TryWrite(slot, write) is { } result)
            {
                return new(result);
            }
        }
    }

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default)
    {
        terms.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        return new(_slots.TryGetValue(id, out var slot)
            ? OnSlot(slot, (epoch, terms), static (record, call, now) => record.Touch(call.epoch, call.terms, now))
            : new StashResult(StashOutcome.NotFound));
    }

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_slots.TryGetValue(id, out var slot)
            ? OnSlot(slot, epoch, static (record, epoch, now) => record.Clear(epoch, now))
            : new StashResult(StashOutcome.Ok));
    }

    public void Dispose() => _sweeper.Dispose();

    /// <summary>Drops what has expired, oldest first, and says how many stashes that were.</summary>
    internal int Sweep()
    {
        var dropped = 0;
        var now = _time.GetUtcNow();
        while (true)
        {
            Slot? due;
            DateTimeOffset queuedAt;
            lock (_expiries)
            {
                if (!_expiries.TryPeek(out due, out queuedAt) || queuedAt > now)
                {
                    return dropped;
                }

                _expiries.Dequeue();
            }

            lock (due)
            {
                if (due.Removed || due.QueuedAt != queuedAt)
                {
                    continue;
                }

                if (due.Record.IsLive(now))
                {
                    Enqueue(due);
                }
                else
                {
                    Remove(due);
                    dropped++;
                }
            }
        }
    }

    /// <summary>Runs a rule under the slot's lock, and lets go of the slot if nothing is left of the record.</summary>
    private TResult OnSlot<TCall, TResult>(Slot slot, TCall call, Func<StashRecord, TCall, DateTimeOffset, TResult> rule)
    {
        lock (slot)
        {
            var result = rule(slot.Record, call, _time.GetUtcNow());
            if (slot.Record.Image is null)
            {
                Remove(slot);
            }
            else
            {
                EnqueueIfEarlier(slot);
            }

            return result;
        }
    }

    /// <summary>Writes; <see langword="null"/> when the slot was removed between look-up and lock.</summary>
    private StashResult? TryWrite(Slot slot, StashWrite write)
    {
        var swept = false;
        while (true)
        {
            lock (slot)
            {
                if (slot.Removed)
                {
                    return null;
                }

                var before = slot.Record.IsLive(_time.GetUtcNow()) ? slot.Record.Image : null;
                var result = slot.Record.Write(write, _limits, _time.GetUtcNow());
                if (!result.IsOk || TryAccount(slot, slot.Record.Image!.Size))
                {
                    if (slot.Record.Image is null)
                    {
                        Remove(slot);
                    }

                    return result;
                }

                slot.Record.Restore(before);
                if (swept)
                {
                    if (before is null)
                    {
                        Remove(slot);
                    }

                    return new StashResult(StashOutcome.Unavailable, Detail:
                        $"The in-process engine is full: {Count} stashes with {Bytes} bytes (bounds: {_bounds.MaxStashes} and {_bounds.MaxTotalBytes}), none of them expired.");
                }
            }

            // Outside the slot's lock: sweeping locks other slots.
            Sweep();
            swept = true;
        }
    }

    /// <summary>Counts the slot with its new size, unless that is over the bounds.</summary>
    private bool TryAccount(Slot slot, int size)
    {
        var growth = size - slot.AccountedBytes;
        if (Interlocked.Add(ref _bytes, growth) > _bounds.MaxTotalBytes && growth > 0)
        {
            Interlocked.Add(ref _bytes, -growth);
            return false;
        }

        if (!slot.Accounted)
        {
            if (Interlocked.Increment(ref _count) > _bounds.MaxStashes)
            {
                Interlocked.Decrement(ref _count);
                Interlocked.Add(ref _bytes, -growth);
                return false;
            }

            slot.Accounted = true;
        }

        slot.AccountedBytes = size;
        EnqueueIfEarlier(slot);
        return true;
    }

    /// <summary>Called under the slot's lock. A later expiry needs nothing: the node is put back when it comes up.</summary>
    private void EnqueueIfEarlier(Slot slot)
    {
        if (slot.Record.Image!.ExpiresAt < slot.QueuedAt)
        {
            Enqueue(slot);
        }
    }

    private void Enqueue(Slot slot)
    {
        lock (_expiries)
        {
            slot.QueuedAt = slot.Record.Image!.ExpiresAt;
            _expiries.Enqueue(slot, slot.QueuedAt);

            // Nodes without use would stay, with their slots, for a whole time to live. Half of them at least goes here.
            if (_expiries.Count > (2 * Count) + 64)
            {
                var inUse = _expiries.UnorderedItems
                    .Where(static node => !node.Element.Removed && node.Element.QueuedAt == node.Priority)
                    .DistinctBy(static node => node.Element)
                    .ToArray();
                _expiries.Clear();
                _expiries.EnqueueRange(inUse);
            }
        }
    }

    /// <summary>Called under the slot's lock. The slot's node in the queue goes when it comes up, or when there are too many.</summary>
    private void Remove(Slot slot)
    {
        if (slot.Removed)
        {
            return;
        }

        slot.Removed = true;
        _slots.TryRemove(slot.Id, out _);
        Interlocked.Add(ref _bytes, -slot.AccountedBytes);
        if (slot.Accounted)
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private sealed class Slot(StashId id)
    {
        public StashId Id { get; } = id;

        public StashRecord Record { get; } = new();

        /// <summary>The key of the slot's node in the queue.</summary>
        public DateTimeOffset QueuedAt { get; set; } = DateTimeOffset.MaxValue;

        public bool Accounted { get; set; }

        public int AccountedBytes { get; set; }

        public bool Removed { get; set; }
    }
}
