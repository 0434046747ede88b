using LiveStash.Comparing;
using LiveStash.Saving;

namespace LiveStash.Recovering;

/// <summary>An engine that answers after the page has started.</summary>
internal sealed partial class StashRecovery
{
    private Task? _lateSeen; // until what was given late has reached the browser, with what tells it so
    private int _lateTold;

    /// <summary>The page has connected again. What was rendered late and did not reach it comes now, and it is told once more before.</summary>
    public void Reconnected()
    {
        if (_lateSeen is { IsCompleted: false })
        {
            _lateSeen = TellLateAsync();
        }

        async Task TellLateAsync()
        {
            _lateTold++; // no end of the one before is told in between
            await browser.LateAsync(isAhead: true, isAnswered: false);
            await EndLateAsync(isAnswered: false);
        }
    }

    /// <summary>Until the browser knows: what it is told once more, after a loss of the connection, is what it has not got.</summary>
    private async Task EndLateAsync(bool isAnswered)
    {
        var told = ++_lateTold;
        for (var backoff = new Backoff(); told == _lateTold && !await browser.LateAsync(isAhead: false, isAnswered);)
        {
            await Task.Delay(backoff.Next(), time, _work!.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (_work.Stopped.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Opens the stash that could not be opened at the start, and gives the slots what they have not got yet.</summary>
    /// <param name="slots">All of this circuit.</param>
    /// <param name="look">Looks at all of them for what was changed.</param>
    /// <param name="recovered">Told of the slots that have got values.</param>
    /// <returns>Whether the stash is open now.</returns>
    public async Task<bool> OpenLateAsync(IEnumerable<StashSlot> slots, Action look, Action<IReadOnlyList<StashSlot>> recovered)
    {
        look();
        if (saver.IsSuspended)
        {
            return false;
        }

        var seen = new Dictionary<string, ReadOnlyMemory<byte>>(client.Saved, StringComparer.Ordinal);
        var wasProvisional = client.IsProvisional;
        var outcome = !_finding!.IsCompleted ? StashOutcome.Unavailable : _found.Tag is null ? await OpenAsync() : await EnsureOpenAsync();
        if (saver.IsSuspended || (client.MustOpen && (wasProvisional || !client.IsProvisional)))
        {
            return false;
        }

        // A fallback's copy is shown as what is saved, too: by the engine's answer it is what the user has seen.
        Start(outcome);
        if (!client.MustOpen)
        {
            metrics.OpenedLate(client.EngineName, Opened);
        }

        StashSlot[] waiting = [.. slots]; // those that are made from now on find what is saved
        var isAnswered = await browser.AskLateAsync();
        look();
        if (!saver.IsSuspended)
        {
            _ = browser.LateAsync(isAhead: true, isAnswered);
            try
            {
                GiveLate([.. waiting.Where(static slot => !slot.IsDisposed)], recovered, seen);
            }
            finally
            {
                _lateSeen = EndLateAsync(isAnswered);
            }
        }

        return !client.MustOpen && !saver.IsSuspended;
    }

    private void GiveLate(StashSlot[] slots, Action<IReadOnlyList<StashSlot>> recovered, Dictionary<string, ReadOnlyMemory<byte>> seen)
    {
        var saved = client.Saved;
        var withheld = saver.Changes.Where(change => IsNews(change.Key, seen) && !saved[change.Key].Span.SequenceEqual(change.Value.Span)).Select(static change => change.Key).ToArray();
        if (withheld.Length > 0)
        {
            // What the user could not see is not overwritten by what was entered meanwhile.
            client.Fork();
        }

        // All, before any of them renders and hands something on.
        var given = new List<StashSlot>();
        foreach (var slot in slots)
        {
            Withhold(slot, withheld);
            if (GiveLate(slot, seen))
            {
                given.Add(slot);
            }

            slot.ForgetMade();
        }

        recovered(given);

        // What they have taken, or the user has entered instead, is theirs.
        _owed.ExceptWith(slots.Select(static slot => slot.Name));
        _owesLess = true;
    }

    private bool IsNews(string entry, Dictionary<string, ReadOnlyMemory<byte>> seen) =>
        !saver.Removes(entry) && client.Saved.TryGetValue(entry, out var saved) && !(seen.TryGetValue(entry, out var before) && before.Span.SequenceEqual(saved.Span));

    private void Withhold(StashSlot slot, string[] withheld)
    {
        foreach (var cell in slot.Cells.Where(cell => withheld.Contains(cell.Entry)))
        {
            slot.Withheld[cell.Property.Name] = client.Saved[cell.Entry];
        }
    }

    /// <summary>Gives a slot what it lacks of what is saved, but for what the user has touched.</summary>
    /// <returns>Whether its owner has something to show for it: values, or another status.</returns>
    private bool GiveLate(StashSlot slot, Dictionary<string, ReadOnlyMemory<byte>> seen)
    {
        var shown = slot.Status;
        slot.TakeInitializationAlone();
        if (!slot.Entries().Any(saver.Changes.ContainsKey) && !slot.Cells.Any(slot.IsTouched))
        {
            if (shown != StashStatus.Error && !slot.Cells.Any(cell => IsNews(cell.Entry, seen)))
            {
                return false;
            }

            // As if the answer had come in time.
            _taken.Remove(slot.Name);
            Recover(slot);
            return slot.Status == StashStatus.Recovered || slot.Status != shown;
        }

        var (isLost, saved) = (IsLost(slot.Name), saver.Outlook());
        var isGiven = slot.Withheld.Count > 0;
        if (slot.Owner is { } owner && (VersionOf(slot, saved, isLost) ?? slot.Settings.Version) == slot.Settings.Version)
        {
            foreach (var cell in slot.Cells.Where(cell => slot.Withheld.ContainsKey(cell.Property.Name) && saver.Changes.ContainsKey(cell.Entry)))
            {
                slot.Complete(cell, saver.Changes[cell.Entry], client.Saved[cell.Entry]);
            }

            foreach (var cell in slot.Cells.Where(cell => IsNews(cell.Entry, seen) && !saver.Changes.ContainsKey(cell.Entry) && (isLost || cell.Scope == StashScope.Tab)))
            {
                if (!slot.IsTouched(cell) && slot.TryApply(cell, owner, client.Saved[cell.Entry]))
                {
                    cell.Recovered = client.Saved[cell.Entry];
                    isGiven = true;
                }
            }
        }

        if (isGiven)
        {
            slot.Status = StashStatus.Recovered;
        }
        else if (shown == StashStatus.Error && !OwnOf(slot, client.Saved, isLost).Any())
        {
            slot.Status = Absent(slot, isLost);
        }

        return isGiven || slot.Status != shown;
    }
}
