namespace LiveStash.Saving;

/// <summary>What of the changes is sent: what differs from what is saved, and fits.</summary>
internal sealed partial class StashSaver
{
    /// <summary>The page has connected again: what was refused since it seemed to be left behind is tried again.</summary>
    public void Reconnected()
    {
        client.Reconnected();
        foreach (var (name, refused) in _refused.Where(static pair => pair.Value.Result.Outcome == StashOutcome.Superseded).ToArray())
        {
            Change(name, refused.Value);
        }
    }

    private List<StashEntry> Changed()
    {
        var changed = new List<StashEntry>(_changes.Count);
        foreach (var (name, value) in _changes)
        {
            if (!client.IsUncertain && client.Saved.TryGetValue(name, out var saved) && saved.Span.SequenceEqual(value.Span))
            {
                // It went back to what is saved.
                _changes.Remove(name);
            }
            else
            {
                changed.Add(new(name, value));
            }
        }

        return changed;
    }

    /// <summary>Leaves out what does not fit, the largest first. The engine keeps what it has of it.</summary>
    private bool Refuse(List<StashEntry> changed)
    {
        var (size, count) = (0L, changed.Count);
        foreach (var (name, value) in client.Saved)
        {
            if (!_removals.Contains(name) && !_changes.ContainsKey(name))
            {
                size += new StashEntry(name, value).Size;
                count++;
            }
        }

        foreach (var entry in changed)
        {
            size += entry.Size;
        }

        if (size <= options.MaxStashBytes && count <= options.MaxStashEntries)
        {
            return false;
        }

        foreach (var entry in changed.OrderByDescending(static entry => entry.Size).ToArray())
        {
            if (size <= options.MaxStashBytes && count <= options.MaxStashEntries)
            {
                break;
            }

            // The value before it stays where it is.
            var before = client.Saved.TryGetValue(entry.Name, out var saved) ? new StashEntry(entry.Name, saved).Size : 0;
            size -= entry.Size - before;
            count -= before == 0 ? 1 : 0;
            changed.Remove(entry);
            Refuse([entry], new StashResult(StashOutcome.TooLarge, Detail: $"{entry.Name} has {entry.Size} bytes; a tab may have {options.MaxStashBytes} bytes in {options.MaxStashEntries} entries."));
        }

        return true;
    }

    private void Refuse(IEnumerable<StashEntry> entries, StashResult result)
    {
        foreach (var entry in entries)
        {
            // Unless it has been changed again meanwhile.
            if (_changes.TryGetValue(entry.Name, out var value) && value.Equals(entry.Value))
            {
                _changes.Remove(entry.Name);
                _refused[entry.Name] = (result, result.Outcome == StashOutcome.Superseded ? value : default);
                metrics.Refused(client.EngineName, result.Outcome);
            }
        }
    }
}
