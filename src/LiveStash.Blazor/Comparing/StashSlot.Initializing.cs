namespace LiveStash.Comparing;

/// <summary>What of the values is whose: of the owner's initialization, of what was recovered, of the app that has seen it, or of the user.</summary>
internal sealed partial class StashSlot
{
    /// <summary>Tells whose doing it is what the owner shows while it initializes itself, before that is saved for somebody who waits.</summary>
    /// <param name="isAsking">Whether the owner is what is to be saved, and not all that is on the page.</param>
    public void TellWhose(bool isAsking)
    {
        if (Loading == 0 || Initialization is not { } initialization)
        {
            return;
        }

        if (isAsking ? initialization.IsForTheUser : initialization.IsForTheUserAlone)
        {
            LookAtTheUsers();
        }
        else if (!isAsking && !initialization.IsRunning)
        {
            TakeInitializationAlone();
        }
    }

    /// <summary>
    /// Takes what is new for the initialization's, where that has come back from another thread and no event handler has: nobody has
    /// looked since then, and whoever is about to look for what the user has changed would find it.
    /// </summary>
    public void TakeInitializationAlone()
    {
        if (Loading > 0 && Initialization is { HasSetAlone: true })
        {
            TakeInitialization();
        }
    }

    /// <summary>Takes what differs while the owner initializes itself for the user's doing.</summary>
    public void LookAtTheUsers()
    {
        Initialization?.IsLookedAt();
        if (IsAutomatic)
        {
            Look();
        }
        else if (Owner is { } owner)
        {
            foreach (var cell in Cells)
            {
                if (Differs(cell, owner, isThorough: false, out var bytes))
                {
                    // Saved when it says so, and not to be put back until then.
                    (cell.Recovered, cell.IsOwed) = (bytes.ToArray(), true);
                    cell.NoteEdited(owner);
                }
            }
        }
    }

    /// <summary>
    /// Takes what the owner's initialization has set: recovered values are put back, the others are what it starts with.
    /// </summary>
    public void TakeInitialization()
    {
        Initialization?.IsLookedAt();
        RestoreRecovered();
        if (Owner is { } owner)
        {
            foreach (var cell in Cells.Where(static cell => cell.InitializationWins || cell.Recovered is null))
            {
                if (Differs(cell, owner, isThorough: false, out var bytes) && cell.IsObject)
                {
                    cell.Made = bytes.ToArray();
                }
            }
        }
    }

    /// <summary>Puts back what was recovered and has been overwritten; not where the owner decides, which has seen it.</summary>
    public void RestoreRecovered()
    {
        if (Loading == 0 || Owner is not { } owner)
        {
            return;
        }

        foreach (var cell in Cells)
        {
            if (cell is not { Recovered: { } recovered, InitializationWins: false } || !Differs(cell, owner, isThorough: false, out var bytes))
            {
                continue;
            }

            if (cell.HasEdited(owner))
            {
                // It adds to what the user is at, and the page may have hold of that: an edit context, a query, a handler.
                var both = cell.Made is { } made && JsonMerge.Merge(made, recovered, bytes.ToArray()) is { } merged ? merged : recovered;
                TryApply(cell, owner, both);
                cell.NoteEdited(owner);
                cell.IsOwed |= !both.Span.SequenceEqual(recovered.Span);
                cell.Recovered = both;
            }
            else
            {
                TryApply(cell, owner, recovered);
            }
        }
    }

    /// <summary>The owner is initialized; what it sets from now on is a change.</summary>
    public void Loaded()
    {
        TakeInitialization();
        foreach (var cell in Cells)
        {
            cell.ForgetEdited();

            // What it has made of what was recovered is saved, and nothing on the way to it.
            if (cell is { InitializationWins: true, Recovered: { } recovered } && Owner is { } owner)
            {
                cell.IsOwed |= !IsAsSaved(cell, owner, recovered);
                cell.Recovered = null;
            }
        }

        ForgetMade();
    }

    /// <summary>Remembers what the owner was made with, before anything is put into it.</summary>
    public void KeepMade()
    {
        if (Owner is { } owner)
        {
            foreach (var cell in Cells.Where(static cell => cell.IsObject))
            {
                try
                {
                    cell.Made = cell.Read(owner, _serializer);
                }
                catch (Exception exception)
                {
                    Fail(cell, exception);
                }
            }
        }
    }

    /// <summary>Nothing comes into its objects any more that is neither the user's nor saved; but by what they were, what is saved may still do.</summary>
    public void ForgetMade()
    {
        if (Status != StashStatus.Error)
        {
            Array.ForEach(Cells, static cell => cell.Made = null);
        }
    }

    /// <summary>The user's object gets what it lacks of the one that is saved, and that is to be saved. What he has changed of it stays.</summary>
    public void Complete(StashCell cell, ReadOnlyMemory<byte> users, ReadOnlyMemory<byte> saved)
    {
        if (cell.Made is { } made && Owner is { } owner && JsonMerge.Merge(made, users, saved) is { } both && !both.AsSpan().SequenceEqual(users.Span)
            && TryApply(cell, owner, both))
        {
            _events.Changed(cell.Entry, both);
        }
    }

    /// <summary>What the app has made of what was recovered, in its callback, counts as that, and is to be saved.</summary>
    public void TakeCorrections()
    {
        if (Owner is { } owner)
        {
            foreach (var cell in Cells.Where(static cell => cell.Recovered is not null))
            {
                if (Differs(cell, owner, isThorough: true, out var bytes))
                {
                    (cell.Recovered, cell.IsOwed) = (bytes.ToArray(), true);
                }
            }
        }
    }

    /// <summary>What the app has taken over of another version counts as recovered. All is to be saved as it is now, also where it is what it was.</summary>
    public void TakeMigration()
    {
        if (Owner is { } owner)
        {
            foreach (var cell in Cells)
            {
                if (Differs(cell, owner, isThorough: true, out var bytes))
                {
                    cell.Recovered = bytes.ToArray();
                }

                cell.IsOwed = true;
            }
        }
    }

    /// <summary>Takes the place of another slot of the same owner: nothing is saved or shown otherwise by that.</summary>
    public void GoOnFrom(StashSlot former)
    {
        Status = former.Status;
        _wasReset = former._wasReset;
        _obsolete.AddRange(former._obsolete);
        foreach (var (cell, before) in Cells.Zip(former.Cells))
        {
            var isOwed = former.IsTouched(before) || before.Entry != cell.Entry;
            if (Owner is { } owner)
            {
                Differs(cell, owner, isThorough: true, out _);
            }

            (cell.Recovered, cell.IsOwed) = (before.Recovered, isOwed);
        }
    }

    private bool IsAsSaved(StashCell cell, object owner, ReadOnlyMemory<byte> saved)
    {
        try
        {
            return cell.Read(owner, _serializer).AsSpan().SequenceEqual(saved.Span);
        }
        catch (Exception exception)
        {
            Fail(cell, exception);
            return false;
        }
    }
}
