using LiveStash.Declaring;
using LiveStash.Watching;

namespace LiveStash.Comparing;

/// <summary>One owner's part of the stash: finds out what it has changed, and tells.</summary>
internal sealed partial class StashSlot : IStashSlot
{
    private readonly ISlotEvents _events;
    private readonly WeakReference<object> _owner;
    private readonly IStashSerializer _serializer;
    private readonly List<string> _dropped = [];
    private readonly List<string> _obsolete = [];
    private bool _wasReset;
    private bool _failing;

    public StashSlot(ISlotEvents events, object owner, StashPlan plan, StashSlotSettings settings, string? key, IStashSerializer serializer, IReadOnlySet<string> left)
    {
        _events = events;
        _owner = new(owner);
        _serializer = serializer;
        (Plan, Settings, Key) = (plan, settings, key);
        var defaults = plan.Defaults;
        Cells = [.. plan.Properties.Where(property => !left.Contains(property.Name)).Select(property => property.Bind(
            property.Scope ?? settings.Scope ?? StashScope.Reconnect, property.InitializationWins ?? defaults.InitializationWins))];
        HasTabScope = Cells.Any(static cell => cell.Scope == StashScope.Tab);
        Name = "";
        Rename(key);
    }

    public StashPlan Plan { get; }

    public StashSlotSettings Settings { get; }

    /// <summary>What tells it apart from others of its type.</summary>
    public string? Key { get; private set; }

    /// <summary>Component type and key.</summary>
    public string Name { get; private set; }

    public StashCell[] Cells { get; }

    public bool HasTabScope { get; }

    /// <summary>Whether changes are found without being asked.</summary>
    public bool IsAutomatic { get; init; } = true;

    /// <summary>How many initializations are under way: what the owner sets then is not the user's doing.</summary>
    public int Loading { get; set; }

    /// <summary>The last one, of an owner that is followed.</summary>
    public Initialization? Initialization { get; set; }

    /// <summary>Whether what the initialization had set was taken note of when the present activity began.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>Whether somebody tells when the owner goes.</summary>
    public bool IsHooked { get; init; }

    /// <summary>The number of the activity in which the slot was made.</summary>
    public long BornIn { get; init; }

    /// <summary>What came in from the browser when it was made, or got its key, and the time of that.</summary>
    public (Arrival? Incoming, long Made) Origin { get; set; }

    public bool IsDisposed { get; private set; }

    public StashStatus Status { get; set; }

    public IReadOnlyList<string> DroppedProperties => _dropped;

    /// <summary>Properties, with their type, whose present value cannot be serialized.</summary>
    public IEnumerable<string> Unserializable => _failing ? Cells.Where(static cell => cell.IsUnserializable).Select(cell => $"{Plan.TypeName}.{cell.Property.Name}") : [];

    /// <summary>What is saved and not on the screen, since the user changed the property before it could be recovered.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Withheld { get; } = new(StringComparer.Ordinal);

    /// <summary>The owner, if it is still there.</summary>
    public object? Owner => _owner.TryGetTarget(out var owner) ? owner : null;

    public bool HasSaved => _events.HasSaved(this);

    public Task<StashSaveResult> StashAsync() => _events.SaveAsync(this);

    public Task<StashSaveResult> ResetAsync() => _events.ResetAsync(this);

    public bool TryGetSaved<T>(string property, out T? value)
    {
        value = default;
        if (!Withheld.TryGetValue(property, out var bytes))
        {
            return false;
        }

        value = _serializer.Deserialize<T>(bytes.Span);
        return true;
    }

    public void Dispose()
    {
        if (!IsDisposed)
        {
            _events.Leaving(this);
            IsDisposed = true;
        }
    }

    /// <summary>Gives the slot the name of another key. The values stay.</summary>
    public void Rename(string? key)
    {
        (Key, Name) = (key, StashNames.Slot(Plan, key));
        foreach (var cell in Cells)
        {
            cell.Name(Name);
        }

        ForgetSaved();
    }

    /// <summary>Tells of each property that has changed since the last look.</summary>
    /// <param name="isThorough">Whether to try also what could not be serialized a moment ago.</param>
    public void Look(bool isThorough = false)
    {
        if (Owner is not { } owner)
        {
            return;
        }

        foreach (var cell in Cells)
        {
            var differs = Differs(cell, owner, isThorough, out var bytes);
            var isTold = differs;
            if (!differs && cell.IsOwed && (Loading == 0 || isThorough))
            {
                cell.Forget();
                isTold = Differs(cell, owner, isThorough, out bytes);
            }

            if (!isTold)
            {
                continue;
            }

            var value = bytes.ToArray();
            cell.IsOwed &= !differs && Loading > 0; // the initialization may bring another
            if (differs)
            {
                // What the user enters meanwhile wins over what the initialization brings.
                cell.Recovered = Loading > 0 || cell.Recovered is not null ? value : null;
                if (Loading > 0)
                {
                    cell.NoteEdited(owner);
                }
            }

            TellVersion(cell.Scope);
            _events.Changed(cell.Entry, value);
            if (_wasReset)
            {
                // The others are still on the screen, too, and nothing of them is saved.
                OweAll();
                cell.IsOwed = false;
                Look(isThorough);
                return;
            }
        }
    }

    /// <summary>Nothing of the owner is saved any more. What it shows now is not worth a write until something of it changes.</summary>
    public void Reset()
    {
        TakePresent();
        _wasReset = true;
    }

    /// <summary>Takes the present values as looked at, whatever they are.</summary>
    public void TakePresent()
    {
        if (Owner is { } owner)
        {
            foreach (var cell in Cells)
            {
                Differs(cell, owner, isThorough: true, out _);
                (cell.Recovered, cell.IsOwed) = (null, false);
            }
        }
    }

    /// <summary>What the owner shows was another user's, and so was all that is known of what is saved.</summary>
    public void Disown()
    {
        TakePresent();
        ForgetSaved();
    }

    /// <summary>Keeps the present values as those to go back to when the owner moves to a key with nothing saved.</summary>
    public void KeepInitial()
    {
        if (Owner is { } owner)
        {
            foreach (var cell in Cells)
            {
                try
                {
                    cell.Initial = cell.Read(owner, _serializer);
                }
                catch (Exception exception)
                {
                    Fail(cell, exception);
                }
            }
        }
    }

    public void BackToInitial()
    {
        if (Owner is { } owner)
        {
            foreach (var cell in Cells)
            {
                if (cell.Initial is { } initial)
                {
                    TryApply(cell, owner, initial);
                }
            }
        }
    }

    /// <summary>Whether the property was changed and nobody was told: the owner saves when it says so, or is in the middle of an event.</summary>
    public bool IsTouched(StashCell cell)
    {
        cell.IsOwed |= Owner is { } owner && Differs(cell, owner, isThorough: true, out _);
        return cell.IsOwed;
    }

    /// <summary>Gives a property a saved value.</summary>
    /// <returns>Whether it could be read; otherwise the property is left alone, and named in <see cref="DroppedProperties"/>.</returns>
    public bool TryApply(StashCell cell, object owner, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            cell.Apply(owner, _serializer, bytes.Span);
            return true;
        }
        catch (Exception exception)
        {
            // The serializer and the setter are the app's: whatever they throw, one entry must not cost the others.
            Drop(cell, exception);
            return false;
        }
    }

    /// <summary>Has entries go that nothing will read any more, with the next change: the owner of another version left them, or they do harm.</summary>
    public void Outdate(IEnumerable<string> entries) => _obsolete.AddRange(entries);

    public void Drop(StashCell cell, Exception? exception = null)
    {
        _dropped.Add(cell.Property.Name);
        _events.Dropped(this, cell, exception);
    }

    public StashMigration Migration(int version, Func<string, ReadOnlyMemory<byte>?> find) => new(version, find, _serializer);

    /// <summary>The entry that says which version saved, in one scope.</summary>
    public string VersionEntry(StashScope scope) => StashNames.Entry(Name, StashNames.VersionProperty, scope);

    /// <summary>The names of this slot's entries in one scope, or in both.</summary>
    public IEnumerable<string> Entries(StashScope? scope = null) => Cells
        .Where(cell => scope is null || cell.Scope == scope)
        .SelectMany(cell => Settings.Version == 1 ? [cell.Entry] : new[] { cell.Entry, VersionEntry(cell.Scope) })
        .Concat(_obsolete.Where(name => scope is null || StashNames.IsIn(name, Name, scope.Value)))
        .Distinct();

    /// <summary>Whoever asks for what was reset to be saved wants what is on the screen.</summary>
    public void OweIfReset()
    {
        if (_wasReset)
        {
            OweAll();
        }
    }

    private void ForgetSaved()
    {
        _wasReset = false;
        _obsolete.Clear();
        _dropped.Clear();
        Withheld.Clear();
    }

    /// <summary>Nothing is saved any more of what is on the screen, and it is to be.</summary>
    private void OweAll()
    {
        _wasReset = false;
        foreach (var cell in Cells)
        {
            cell.IsOwed = true;
        }
    }

    private void TellVersion(StashScope scope)
    {
        if (_obsolete.Count > 0)
        {
            _events.Removed(_obsolete);
            _obsolete.Clear();
        }

        if (Settings.Version != 1 && StashNames.Version(Settings.Version) is var version && !_events.Keeps(VersionEntry(scope), version))
        {
            _events.Changed(VersionEntry(scope), version);
        }
    }

    private bool Differs(StashCell cell, object owner, bool isThorough, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (cell.Passes(isThorough))
        {
            return false;
        }

        try
        {
            var differs = cell.Look(owner, _serializer, out bytes);
            cell.Succeeded();
            return differs;
        }
        catch (Exception exception)
        {
            // The getter, the value and the serializer are the app's.
            Fail(cell, exception);
            return false;
        }
    }

    private void Fail(StashCell cell, Exception exception)
    {
        _failing = true;
        if (cell.Failed())
        {
            _events.Failed(this, cell, exception);
        }
    }
}
