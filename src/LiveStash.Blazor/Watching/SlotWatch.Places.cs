using LiveStash.Comparing;
using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>Who has which name: those that come, move and go, and what becomes of what is saved of them.</summary>
internal sealed partial class SlotWatch
{
    // Gone in this turn, with what was unsaved of them before: whether by the user's will is known at its end.
    private readonly List<(StashSlot Slot, KeyValuePair<string, ReadOnlyMemory<byte>>[] Unsaved)> _leaving = [];

    // Names that slots which live on have had: what is saved under them waits for its way back, and for none but theirs.
    private readonly Dictionary<string, (StashSlot Slot, string[] Entries, long LeftIn)> _former = new(StringComparer.Ordinal);

    void ISlotEvents.Leaving(StashSlot slot)
    {
        _loading -= slot.Loading;
        slot.Loading = 0;
        if (_slots.GetValueOrDefault(slot.Name) != slot)
        {
            return;
        }

        _slots.Remove(slot.Name);
        if (!_closed)
        {
            var entries = slot.Entries().ToHashSet();
            var unsaved = saver.Changes.Where(change => entries.Contains(change.Key)).ToArray();
            LookAt(slot, isThorough: true);
            _leaving.Add((slot, unsaved));
            if (_leaving.Count == 1)
            {
                work.Post(FinishLeaving);
            }
        }
    }

    /// <summary>Tells owners that they have got their values after all, and has them render; those too that have another status only, and whoever holds a service among them.</summary>
    public void GivenLate(IReadOnlyList<StashSlot> slots)
    {
        foreach (var slot in slots)
        {
            slot.Origin = (Incoming.Value, time.GetTimestamp());
        }

        foreach (var slot in slots)
        {
            try
            {
                if (slot.Status == StashStatus.Recovered)
                {
                    (slot.Owner as IStashRecovered)?.OnStashRecovered();
                }
            }
            catch (Exception exception)
            {
                // The app's. There is no event that it could be the error of, and the others wait for theirs.
                LogRecoveredFailed(exception, slot.Name);
            }

            slot.TakeCorrections();

            Render(slot.Owner);
        }

        foreach (var holder in Holders.Of([.. slots.Select(static slot => slot.Owner).OfType<object>().Where(static owner => owner is not IComponent)]))
        {
            Render(holder);
        }
    }

    /// <summary>As after an event without a handler.</summary>
    private void Render(object? component)
    {
        try
        {
            _ = (component as IHandleEvent)?.HandleEventAsync(EventCallbackWorkItem.Empty, null);
        }
        catch (Exception exception)
        {
            // The app's, or of another renderer than this circuit's: the others are rendered all the same.
            LogNotRendered(exception, component!.GetType());
        }
    }

    private void Place(StashSlot slot, bool isMoved = false)
    {
        if (_leaving.Exists(left => left.Slot.Name == slot.Name))
        {
            FinishLeaving();
        }

        // A line that comes before others in a list without @key is made with a name that one of them has left in the same activity.
        if (!isMoved && _former.TryGetValue(slot.Name, out var left) && left.LeftIn != _activities)
        {
            GiveUpFormer(slot.Name);
        }

        _former.Remove(slot.Name);
        if (_slots.TryGetValue(slot.Name, out var former))
        {
            _slots.Remove(slot.Name);
            LookAt(former);
            if (former.Owner == slot.Owner)
            {
                _slots[slot.Name] = slot;
                slot.GoOnFrom(former);
                return;
            }

            if (isMoved)
            {
                // As a line of a list without @key does when one before it goes: the one that has the name so far gets another one next.
                recovery.Again(slot.Name);
            }
            else
            {
                GiveUp(former);
            }

            _contested.Add((former, slot, time.GetTimestamp()));
        }

        _slots[slot.Name] = slot;
        recovery.Recover(slot);
        if (slot.Status == StashStatus.Recovered && slot.Owner is IStashRecovered owner)
        {
            owner.OnStashRecovered();
            slot.TakeCorrections();
        }
    }

    /// <summary>In a live circuit the entries of the <see cref="StashScope.Reconnect"/> scope go with their owner, of all keys that it has had.</summary>
    private void GiveUp(StashSlot slot)
    {
        saver.Remove([.. slot.Entries(StashScope.Reconnect)]);
        foreach (var (name, _) in _former.Where(former => former.Value.Slot == slot).ToArray())
        {
            GiveUpFormer(name);
        }
    }

    private void GiveUpFormer(string name)
    {
        saver.Remove(_former[name].Entries);
        recovery.Again(name, isAllowed: false);
        _former.Remove(name);
    }

    private void FinishLeaving()
    {
        var caught = Boundaries.HaveCaught();
        foreach (var (slot, unsaved) in _leaving)
        {
            if (caught)
            {
                // Not with what the handler had set that failed.
                saver.Restore(slot.Entries(), unsaved);
                recovery.Again(slot.Name);
            }
            else if (!_closed)
            {
                GiveUp(slot);
            }
        }

        _leaving.Clear();
        saver.Save();
    }

    /// <summary>The key of a component's settings is another by now, and it is kept under the first.</summary>
    public void KeyHasChanged(string type, string former, string? present)
    {
        var message = $"StashSettings.Key of {type} was '{former}' and is '{present}' now. It is read once, and what is entered now is kept for the former: " +
            "mark the parameter that it is made of with [StashKey] in its place, which is followed.";
        if (plans.IsDevelopment)
        {
            throw new InvalidOperationException(message);
        }

        LogKeyChanged(message);
    }

    /// <summary>
    /// Two owners of one key are there for a moment when one follows the other. Where both were made in the same turn and both
    /// are still there, nobody can tell them apart after a loss; nor where both components are still there much later.
    /// </summary>
    private void Contest()
    {
        foreach (var pair in _contested.ToArray())
        {
            var (former, present, since) = pair;
            var isOver = former is not { IsDisposed: false, IsHooked: true, Owner: not null } || present is not { IsDisposed: false, Owner: not null } || former.Name != present.Name;
            var isTogether = former.BornIn == present.BornIn;
            if (!isOver && !isTogether && former.Owner is IStashProxy && time.GetElapsedTime(since) < LongestOverlap)
            {
                continue;
            }

            _contested.Remove(pair);
            if (!isOver && (isTogether || former.Owner is IStashProxy))
            {
                TellDuplicate(present, mayThrow: isTogether);
            }
        }
    }

    private void TellDuplicate(StashSlot present, bool mayThrow)
    {
        var type = present.Plan.TypeName[(present.Plan.TypeName.LastIndexOfAny(['.', '+']) + 1)..];
        var message = $"Two components are attached to the stash as '{present.Name}', of which one is kept. Tell them apart: mark a parameter of {type} " +
            "with [StashKey] and give each instance a value that survives a reload, such as the item's id; with @key, as for every list.";
        if (mayThrow && plans.IsDevelopment)
        {
            throw new DuplicateKeyException(message);
        }

        if (_duplicates.Add(present.Name))
        {
            LogDuplicate(message);
        }
    }
}
