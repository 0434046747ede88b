using Microsoft.Extensions.Logging;

namespace LiveStash.Sessions;

/// <summary>Saving, resetting, and trying again what the engine did not answer.</summary>
internal sealed partial class StashSession
{
    private static readonly StashResult NotOpened = new(StashOutcome.Unavailable, Detail: "The engine could not be asked yet for what the tab had saved.");

    private readonly HashSet<StashSlot> _unsaved = [];
    private readonly HashSet<StashSlot> _recheck = [];
    private HashSet<StashSlot> _queued = [];
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
        if (!_turns.IsBusy && _queued.Count == 0 && !slot.NeedsSave() && !client.MustOpen && !client.IsUncertain && !Removals(client).Any())
        {
            return Unchanged;
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
            work.Post(() => SaveAsync(slot));
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
        return _turns.RunAsync(async () =>
        {
            var client = _client!;
            foreach (var reset in shown)
            {
                _unsaved.Remove(reset.Slot);
                reset.Slot.Forget(reset.Values);
            }

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
            if (names.Length == 0)
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
    private bool HasUnsaved(StashClient client) => _unsaved.Count > 0 || _resetPending || client.IsUncertain;

    private IEnumerable<string> Removals(StashClient client) => _removals.Where(client.Saved.ContainsKey);

    private async Task<StashSaveResult> FlushAsync()
    {
        // What else the running event handler and its render batch save shall be in the same write.
        await Task.Yield();
        return await _turns.RunAsync(async () =>
        {
            _flush = null;
            var slots = _queued;
            _queued = [];
            var client = _client!;
            if (!client.IsProvisional && await LateOpenAsync() is { } notOpened)
            {
                return Failed(slots, notOpened);
            }

            // Of two with one name the one that is still on the page counts.
            slots.RemoveWhere(slot => slot.IsDisposed && _slots.TryGetValue(slot.Name, out var live) && slots.Contains(live));
            var changed = new List<StashEntry>();
            var obsolete = new List<string>();
            foreach (var slot in slots)
            {
                slot.Collect(changed, obsolete);
            }

            _removals.ExceptWith(changed.Select(static entry => entry.Name));
            string[] removed = [.. Removals(client).Union(obsolete)];
            if (changed.Count == 0 && removed.Length == 0 && !client.IsUncertain)
            {
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
            }

            if (!result.IsOk)
            {
                return Failed(slots, result);
            }

            // Not all: components may have gone meanwhile.
            _removals.ExceptWith(removed);
            Done(slots);
            _backoff.Reset();
            return Announce(result, written: true);
        });
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
            _unsaved.UnionWith(slots);
            ScheduleRetry();
        }
        else
        {
            _unsaved.ExceptWith(slots);
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
        foreach (var slot in _slots.Values.Where(slot => !slot.WasReset && !slot.DiffersFromBaseline() && !slot.Holds(_client.Saved)).ToArray())
        {
            Recover(slot, reconnected: _lost);
            if (slot.Status == StashStatus.Recovered)
            {
                slot.Settings.RecoveredLate?.Invoke();
            }
        }

        return null;
    }

    private async Task AutoSaveAfterTurnAsync(StashSlot slot)
    {
        await _turns.RunAsync(() => Task.FromResult(_recheck.Remove(slot)));
        AutoSave(slot);
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
