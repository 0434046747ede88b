using Microsoft.Extensions.Logging;

namespace LiveStash.Sessions;

/// <summary>Saving, resetting, and trying again what the engine did not answer.</summary>
internal sealed partial class StashSession
{
    private static readonly StashResult NotOpened = new(StashOutcome.Unavailable, Detail: "The engine could not be asked yet for what the tab had saved.");

    private readonly HashSet<StashSlot> _unsaved = [];
    private readonly HashSet<StashSlot> _recheck = [];

    // Of components that are gone, in the Tab scope: what they saved and the engine has not acknowledged yet.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _left = new(StringComparer.Ordinal);
    private HashSet<StashSlot> _queued = [];
    private HashSet<StashSlot> _inFlight = [];
    private Task<StashSaveResult>? _flush;
    private bool _resetPending;
    private bool _resetTab;
    private bool _failing;

    /// <summary>Saves a slot with the next write.</summary>
    public Task<StashSaveResult> SaveAsync(StashSlot slot)
    {
        if (!IsActive)
        {
            return Task.FromResult(Inactive);
        }

        // While a write is under way, what was saved last is not what will have been.
        var client = _client!;
        if (!_turns.IsBusy && _queued.Count == 0 && !slot.NeedsSave() && !client.MustOpen && !HasUnsaved(client) && !Removals(client).Any())
        {
            return Unchanged;
        }

        if (client.MustOpen)
        {
            slot.Claim();
        }

        _queued.Add(slot);
        return _flush ??= FlushAsync();
    }

    /// <summary>Saves a slot that was changed, for nobody who waits.</summary>
    public void AutoSave(StashSlot slot)
    {
        // What could not be saved is being tried again anyway, with the values of then.
        if (!IsActive || slot.IsDisposed || _unsaved.Contains(slot))
        {
            return;
        }

        if (_turns.IsBusy)
        {
            // Decided when it is known what that has saved.
            if (_recheck.Add(slot))
            {
                work.Post(() => AutoSaveAfterTurnAsync(slot));
            }
        }
        else if (slot.DiffersFromBaseline())
        {
            work.Post(() => AutoSaveNowAsync(slot));
        }
    }

    /// <summary>Removes what is saved for one slot, or for the tab.</summary>
    public Task<StashSaveResult> ResetAsync(StashSlot? slot)
    {
        if (!IsActive)
        {
            return Task.FromResult(Inactive);
        }

        // The values of now: what is changed while the reset waits for its turn is a change after it.
        var shown = (slot is null ? [.. _slots.Values] : new[] { slot }).Select(static slot => (Slot: slot, Values: slot.Present())).ToArray();
        _queued.ExceptWith(shown.Select(static reset => reset.Slot));
        return _turns.RunAsync(async () =>
        {
            var client = _client!;
            foreach (var reset in shown)
            {
                _unsaved.Remove(reset.Slot);
                reset.Slot.Forget(reset.Values);
            }

            Drop(slot is null ? _left.Keys : slot.EntryNames());

            if (client.MustOpen)
            {
                // What is saved is not known yet, or only from a copy. It must not come back with the engine's answer.
                _resetTab |= slot is null;
                _removals.UnionWith(slot?.EntryNames() ?? []);
                if (await LateOpenAsync() is { } notOpened && !client.IsProvisional)
                {
                    return ResetFailed(notOpened);
                }
            }

            var names = (slot is null ? client.Saved.Keys : slot.EntryNames().Where(client.Saved.ContainsKey)).ToArray();
            if (names.Length == 0 && !client.IsUncertain)
            {
                return client.MustOpen ? ResetFailed(NotOpened) : new(StashOutcome.Ok);
            }

            var all = names.Length == client.Saved.Count;
            _removals.UnionWith(names);
            var result = all ? await client.ClearAsync() : await client.SaveAsync([], names);
            if (!result.IsOk)
            {
                return ResetFailed(result);
            }

            _removals.ExceptWith(names);
            return Announce(result, written: true);
        });
    }

    /// <summary>Whether something waits for a retry.</summary>
    private bool HasUnsaved(StashClient client) => _unsaved.Count > 0 || _left.Count > 0 || _resetPending || client.IsUncertain;

    private IEnumerable<string> Removals(StashClient client) => _removals.Where(client.Saved.ContainsKey);

    private bool IsUnsaved(StashSlot slot) => _unsaved.Contains(slot) || _queued.Contains(slot) || _inFlight.Contains(slot);

    /// <summary>Keeps what a component that goes has not got saved: the next of its name finds it, and the next write has it.</summary>
    private void KeepUnsaved(StashSlot slot)
    {
        var entries = new List<StashEntry>();
        var obsolete = new List<string>();
        slot.Collect(entries, obsolete);
        foreach (var entry in entries.Where(static entry => !StashNames.IsReconnect(entry.Name)))
        {
            _left[entry.Name] = entry.Value;
        }

        _removals.UnionWith(obsolete);
    }

    private void Drop(IEnumerable<string> names)
    {
        foreach (var name in names.ToArray())
        {
            _left.Remove(name);
        }
    }

    private async Task<StashSaveResult> FlushAsync()
    {
        // What else the running event handler and its render batch save shall be in the same write.
        await Task.Yield();
        return await _turns.RunAsync(async () =>
        {
            _flush = null;
            (_inFlight, _queued) = (_queued, []);
            try
            {
                return await WriteAsync(_client!, _inFlight);
            }
            finally
            {
                _inFlight = [];
            }
        });
    }

    private async Task<StashSaveResult> WriteAsync(StashClient client, HashSet<StashSlot> slots)
    {
        var notOpened = await LateOpenAsync();
        if (notOpened is { } unknown && !client.IsProvisional)
        {
            return Failed(slots, unknown);
        }

        slots.RemoveWhere(static slot => slot.HasLeft);
        var changed = new List<StashEntry>();
        var obsolete = new List<string>();
        foreach (var slot in slots)
        {
            slot.Collect(changed, obsolete);
        }

        Drop(changed.Select(static entry => entry.Name));
        changed.AddRange(_left.Select(static pair => new StashEntry(pair.Key, pair.Value)));
        var kept = changed.Select(static entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        string[] removed = [.. Removals(client).Union(obsolete).Except(kept)];
        if (changed.Count == 0 && removed.Length == 0 && !client.IsUncertain)
        {
            if (notOpened is { } onlyCopied)
            {
                // What the page shows is in the copy, and nobody knows whether in the engine.
                return Failed(slots, onlyCopied);
            }

            Done(slots);
            return Announce(new(StashOutcome.Ok), written: false);
        }

        var acknowledged = client.AcknowledgedWrites;
        var result = await client.SaveAsync(changed, removed);
        if (client.AcknowledgedWrites > acknowledged)
        {
            foreach (var slot in slots)
            {
                slot.Acknowledge(client.Saved);
            }

            Drop(_left.Where(pair => client.Saved.TryGetValue(pair.Key, out var bytes) && bytes.Span.SequenceEqual(pair.Value.Span)).Select(static pair => pair.Key));
        }

        if (!result.IsOk)
        {
            return Failed(slots, result);
        }

        _removals.ExceptWith(kept);
        _removals.ExceptWith(removed);
        foreach (var gone in slots.Where(static slot => slot.HasLeft))
        {
            // Meanwhile, while its entries were being written.
            GiveUp(gone);
        }

        Done(slots);
        _backoff.Reset();
        return Announce(result, written: true);
    }

    private void Done(HashSet<StashSlot> slots)
    {
        _unsaved.ExceptWith(slots);
        _resetPending = _resetTab = _failing = false;
    }

    private StashSaveResult Failed(HashSet<StashSlot> slots, StashResult result)
    {
        if (!_failing)
        {
            LogNotSaved(result.Outcome, result.Detail);
        }

        _failing = result.Outcome == StashOutcome.Unavailable;
        if (_failing)
        {
            _unsaved.UnionWith(slots.Where(static slot => !slot.HasLeft));
            ScheduleRetry();
        }
        else
        {
            _unsaved.ExceptWith(slots);
            _left.Clear();
        }

        return Announce(result, written: true);
    }

    private StashSaveResult ResetFailed(StashResult result)
    {
        _resetPending = result.Outcome == StashOutcome.Unavailable;
        return Failed([], result);
    }

    private StashSaveResult Announce(StashResult result, bool written)
    {
        var answer = new StashSaveResult(result.Outcome, written, result.Detail);
        Saved?.Invoke(answer);
        return answer;
    }

    /// <summary>
    /// Opens the stash that could not be opened at the start. Components that nobody has touched get their values now; for
    /// the others what is on the screen counts.
    /// </summary>
    /// <returns><see langword="null"/> when there is nothing to open any more.</returns>
    private async Task<StashResult?> LateOpenAsync()
    {
        if (!_client!.MustOpen)
        {
            return null;
        }

        var outcome = await _client.EnsureOpenAsync();
        if (_client.MustOpen)
        {
            return NotOpened;
        }

        _backoff.Reset();
        GiveUpUnlessLost(_client);
        _removals.UnionWith(_resetTab ? _client.Saved.Keys : []);
        _opened = outcome == StashOutcome.Ok ? StashStatus.Recovered : StashStatus.NotFound;
        foreach (var slot in _slots.Values.ToArray())
        {
            if (slot.WasReset || slot.DiffersFromBaseline())
            {
                slot.Rebase(_client.Saved, _removals);
            }
            else if (!slot.Holds(_client.Saved))
            {
                Recover(slot, reconnected: _lost);
                if (slot.Status == StashStatus.Recovered)
                {
                    slot.Settings.RecoveredLate?.Invoke();
                }
            }
        }

        return null;
    }

    private async Task AutoSaveAfterTurnAsync(StashSlot slot)
    {
        await _turns.RunAsync(() => Task.FromResult(_recheck.Remove(slot)));
        AutoSave(slot);
    }

    /// <summary>A reset may have come in between: what it gave up is no change any more, and while it is under way that is not known.</summary>
    private Task AutoSaveNowAsync(StashSlot slot)
    {
        if (!_turns.IsBusy)
        {
            return slot.DiffersFromBaseline() ? SaveAsync(slot) : Task.CompletedTask;
        }

        AutoSave(slot);
        return Task.CompletedTask;
    }

    private void ScheduleRetry() => work.After(_backoff.Next(), RetryAsync);

    private async Task RetryAsync()
    {
        var client = _client!;
        if (!HasUnsaved(client) && await _turns.RunAsync(LateOpenAsync) is not null)
        {
            ScheduleRetry();
        }
        else if (HasUnsaved(client))
        {
            _queued.UnionWith(_unsaved);
            await (_flush ??= FlushAsync());
        }
    }

    [LoggerMessage(1203, LogLevel.Warning, "Not saved: {Outcome}. {Detail}")]
    private partial void LogNotSaved(StashOutcome outcome, string? detail);
}
