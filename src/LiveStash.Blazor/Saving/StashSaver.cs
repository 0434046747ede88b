using LiveStash.Measuring;
using Microsoft.Extensions.Logging;

namespace LiveStash.Saving;

/// <summary>
/// Gets changes saved: gathers them, has one write under way, and tries again what the engine did not answer. Knows entries and
/// no owners. On the circuit's dispatcher only.
/// </summary>
internal sealed partial class StashSaver(StashClient client, CircuitWork work, LiveStashOptions options, StashMetrics metrics, ILogger<StashSaver> logger)
{
    private static readonly StashResult NotOpened = new(StashOutcome.Unavailable, Detail: "The engine could not be asked yet for what the tab had saved.");
    private static readonly Task<StashSaveResult> Unchanged = Task.FromResult(new StashSaveResult(StashOutcome.Ok));

    // Changes that the engine has not acknowledged, and entries that are to go.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);

    // Those that were reset: they go before anything that was changed after it.
    private readonly HashSet<string> _resets = new(StringComparer.Ordinal);

    // Entries whose present value is not saved and is not tried again until it changes.
    private readonly Dictionary<string, (StashResult Result, ReadOnlyMemory<byte> Value)> _refused = new(StringComparer.Ordinal);
    private readonly TurnQueue _turns = new();
    private readonly Backoff _backoff = new();
    private Task<StashSaveResult>? _next;

    // Why and since when the next one is asked for, and the one under way was.
    private (SaveReason Reason, long At) _ask;
    private (SaveReason Reason, long At) _asked;
    private bool _clears;
    private bool _failing;

    /// <summary>Raised after each attempt.</summary>
    public event Action<StashSaveResult>? Saved;

    /// <summary>Runs before a write, when the stash of the tab is still to be opened. Answers whether it is open now.</summary>
    public Func<Task<bool>>? Opening { get; set; }

    /// <summary>Runs before an answer is announced: what has been changed meanwhile counts, as unsaved at least.</summary>
    public Action? Announcing { get; set; }

    /// <inheritdoc cref="StashClient.IsReadOnly" />
    public bool IsReadOnly => client.IsReadOnly;

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Changes => IsSuspended ? Nothing : _changes;

    public bool HasUnsaved => _changes.Count > 0 || _later.Count > 0 || _refused.Count > 0 || HasWork;

    private bool HasWork => !client.IsReadOnly && (_changes.Count > 0 || _clears || client.IsUncertain || Removed().Length > 0);

    /// <summary>What is saved, as it will be: with the changes and without what is to go.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Outlook()
    {
        if (IsSuspended)
        {
            return Nothing;
        }

        if (_changes.Count == 0 && _removals.Count == 0 && !_clears)
        {
            return client.Saved;
        }

        var outlook = new Dictionary<string, ReadOnlyMemory<byte>>(_changes, StringComparer.Ordinal);
        foreach (var (name, value) in client.Saved)
        {
            if (!Removes(name))
            {
                outlook.TryAdd(name, value);
            }
        }

        return outlook;
    }

    public void Change(string entry, ReadOnlyMemory<byte> value)
    {
        if (IsSuspended)
        {
            var (later, bytes) = (entry, value);
            Defer(() => Change(later, bytes));
            return;
        }

        _changes[entry] = value;
        _removals.Remove(entry);
        _refused.Remove(entry);
        NoteWhenFound(entry);
    }

    public void Remove(IEnumerable<string> entries)
    {
        if (IsSuspended)
        {
            string[] names = [.. entries];
            Defer(() => Remove(names));
            return;
        }

        foreach (var entry in entries)
        {
            var isChanged = _changes.Remove(entry);
            _refused.Remove(entry);

            // Also what a write under way, or an engine that could not be asked yet, may turn out to have.
            if (isChanged || client.Saved.ContainsKey(entry) || client.MustOpen || client.IsUncertain || _turns.IsBusy)
            {
                _removals.Add(entry);
            }
        }
    }

    /// <summary>Takes back what was changed of these entries, to what it was before.</summary>
    public void Restore(IEnumerable<string> entries, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> before)
    {
        if (IsSuspended)
        {
            var (names, values) = (entries.ToArray(), before);
            Defer(() => Restore(names, values));
            return;
        }

        foreach (var entry in entries)
        {
            _changes.Remove(entry);
        }

        foreach (var (entry, value) in before)
        {
            _changes[entry] = value;
        }
    }

    /// <summary>Entries that were to go are in use again.</summary>
    public void Keep(IEnumerable<string> entries) => _removals.ExceptWith(entries);

    /// <summary>Whether an entry has this value in the stash, or is about to.</summary>
    public bool Keeps(string entry, byte[] value) => !IsSuspended && (_changes.TryGetValue(entry, out var kept)
        ? kept.Span.SequenceEqual(value)
        : !Removes(entry) && client.Saved.TryGetValue(entry, out kept) && kept.Span.SequenceEqual(value));

    /// <summary>Whether an entry is to go.</summary>
    public bool Removes(string entry) => _clears || _removals.Contains(entry);

    /// <summary>Saves what there is to save, for nobody who waits, with what the running event handler and its render batch still change.</summary>
    public void Save() => Save(isTurnOver: false);

    /// <summary>Saves what there is to save, for nobody who waits.</summary>
    /// <param name="isTurnOver">Whether the event has been handled: it begins at once.</param>
    public void Save(bool isTurnOver)
    {
        // What could not be saved is being tried again anyway, with the values of then.
        if (HasWork && !_failing && !IsPaced(isTurnOver))
        {
            Ask(SaveReason.Change, isTurnOver);
        }
    }

    /// <summary>Completes when all that is known now is saved, or is not going to be.</summary>
    public Task<StashSaveResult> SaveAsync(SaveReason reason)
    {
        if (HasWork || _turns.IsBusy || client.MustOpen)
        {
            return Ask(reason);
        }

        return _refused.Count == 0 ? Unchanged : Task.FromResult(Refusal(written: false));
    }

    /// <summary>Removes entries, or all there is.</summary>
    /// <param name="entries"><see langword="null"/> for everything.</param>
    public Task<StashSaveResult> ResetAsync(IEnumerable<string>? entries)
    {
        string[]? names = entries is null ? null : [.. entries];
        if (IsSuspended)
        {
            Defer(() => Reset(names));
        }
        else
        {
            Reset(names);
        }

        return Ask(SaveReason.Reset);
    }

    /// <summary>Runs something while no write is under way.</summary>
    public Task<T> InTurnAsync<T>(Func<Task<T>> run) => _turns.RunAsync(run);

    /// <summary>Forgets all there was to save.</summary>
    public void Forget()
    {
        _changes.Clear();
        _removals.Clear();
        _resets.Clear();
        _refused.Clear();
        _clears = false;
    }

    /// <summary>Tries again soon. The pauses grow until something succeeds.</summary>
    public void Retry()
    {
        _awaitsPace = false;
        work.After(_backoff.Next(), TryAgainAsync);
    }

    private async Task TryAgainAsync()
    {
        var reason = _awaitsPace ? SaveReason.Change : SaveReason.Retry;
        _awaitsPace = false;
        if (!HasWork && !await _turns.RunAsync(OpenAsync))
        {
            Retry();
        }
        else if (HasWork)
        {
            await Ask(reason);
        }
        else
        {
            _failing = false;
        }
    }

    /// <summary>Has what there is saved, together with what others ask for until it is its turn.</summary>
    private Task<StashSaveResult> Ask(SaveReason reason, bool isTurnOver = false)
    {
        _ask = _next is null ? (reason, metrics.Now()) : reason > _ask.Reason ? (reason, _ask.At) : _ask;
        if (_next is null && isTurnOver && !_turns.IsBusy)
        {
            // Begins at once, so that nobody can join it.
            return WriteInTurnAsync(isTurnOver);
        }

        return _next ??= WriteInTurnAsync(isTurnOver: false);
    }

    private async Task<StashSaveResult> WriteInTurnAsync(bool isTurnOver)
    {
        using var activity = StashActivities.Save(work.Origin);
        if (!isTurnOver)
        {
            // What else the running event handler and its render batch change shall be in the same write.
            await Task.Yield();
        }

        return await _turns.RunAsync(() =>
        {
            (_next, _asked) = (null, _ask);
            return WriteAsync();
        });
    }

    private async Task<bool> OpenAsync()
    {
        if (!client.MustOpen)
        {
            return true;
        }

        if (Opening is null || !await Opening())
        {
            return false;
        }

        _backoff.Reset();
        return true;
    }

    private async Task<StashSaveResult> WriteAsync()
    {
        var isOpen = await OpenAsync();
        if (!isOpen && !client.IsProvisional)
        {
            return Failed(NotOpened);
        }

        _clears |= _resets.Count > 0 && client.Saved.Count > 0 && client.Saved.Keys.All(_resets.Contains);
        _resets.Clear();
        var cleared = _clears ? await ClearAsync() : new StashResult(StashOutcome.Ok);
        if (!cleared.IsOk)
        {
            return Failed(cleared);
        }

        var changed = Changed();
        var removed = Removed();
        var isRefused = Refuse(changed);
        if (changed.Count == 0 && removed.Length == 0 && !client.IsUncertain)
        {
            if (!isOpen || isRefused)
            {
                // What the page shows may be in the copy, and nobody knows whether in the engine.
                return Failed(isOpen ? _refused.Values.First().Result : NotOpened);
            }

            _failing = false;
            return Announce(Refusal(written: cleared.Version < 0));
        }

        var result = changed.Count == 0 && removed.Length == client.Saved.Count && removed.Length > 0
            ? await client.ClearAsync()
            : await client.SaveAsync(changed, removed);
        if (result.IsOk)
        {
            metrics.Acknowledged(client.EngineName, changed);
            Acknowledge(changed, removed);
            if (isRefused)
            {
                LogNotSaved(_refused.Values.First().Result.Outcome, _refused.Values.First().Result.Detail);
            }

            return Announce(Refusal(written: true));
        }

        if (result.Outcome != StashOutcome.Unavailable)
        {
            Refuse(changed, result);
        }

        return Failed(result);
    }

    /// <summary>What is to go of what is saved. Asked for after every event, and nearly always nothing.</summary>
    private string[] Removed() => _removals.Count == 0 ? [] : [.. _removals.Where(client.Saved.ContainsKey)];

    /// <summary>Removes everything. The version below zero says that there was something.</summary>
    private async Task<StashResult> ClearAsync()
    {
        if (client.Saved.Count == 0 && !client.IsUncertain && !client.Exists)
        {
            _clears = false;
            return new(client.MustOpen ? StashOutcome.Unavailable : StashOutcome.Ok);
        }

        var result = await client.ClearAsync();
        if (result.IsOk)
        {
            _clears = false;
            _removals.Clear();
            return result with { Version = -1 };
        }

        return result;
    }

    private void Acknowledge(List<StashEntry> changed, string[] removed)
    {
        foreach (var entry in changed)
        {
            if (_changes.TryGetValue(entry.Name, out var value) && value.Equals(entry.Value))
            {
                _changes.Remove(entry.Name);
            }
        }

        _removals.IntersectWith(client.Saved.Keys);
        _failing = false;
        _backoff.Reset();
    }

    private StashSaveResult Failed(StashResult result)
    {
        if (!_failing)
        {
            LogNotSaved(result.Outcome, result.Detail);
        }

        _failing = result.Outcome == StashOutcome.Unavailable;
        if (_failing)
        {
            Retry();
        }

        return Announce(new(result.Outcome, Written: true, result.Detail));
    }

    private StashSaveResult Refusal(bool written) => _refused.Count == 0
        ? new(StashOutcome.Ok, written)
        : new(_refused.Values.First().Result.Outcome, written, _refused.Values.First().Result.Detail);

    private StashSaveResult Announce(StashSaveResult result)
    {
        metrics.Saved(client.EngineName, client.Durability, _asked.Reason, result, _asked.At);
        StashActivities.Saved(client.EngineName, client.Durability, _asked.Reason, result.Outcome);
        LookBeforeAnnouncing();
        Saved?.Invoke(result);
        return result;
    }
}
