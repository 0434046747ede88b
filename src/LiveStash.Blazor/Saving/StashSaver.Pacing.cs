namespace LiveStash.Saving;

/// <summary>
/// Values that are another each time they are looked at, as a model's that tells how long it has been open: they are saved, and not
/// without end.
/// </summary>
internal sealed partial class StashSaver
{
    /// <summary>How long such a value waits for others after an event.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // What was found changed when the last answer was announced, and the one before. An event has had its own look by then.
    private HashSet<string> _found = new(StringComparer.Ordinal);
    private HashSet<string> _foundBefore = new(StringComparer.Ordinal);
    private bool _isAnnouncing;
    private bool _awaitsPace;

    private void LookBeforeAnnouncing()
    {
        (_found, _foundBefore) = (_foundBefore, _found);
        _found.Clear();
        _isAnnouncing = true;
        Announcing?.Invoke();
        _isAnnouncing = false;
    }

    private void NoteWhenFound(string entry)
    {
        if (_isAnnouncing)
        {
            _found.Add(entry);
        }
    }

    /// <summary>
    /// Whether what there is to save can wait. Found by an announcement alone, for the next look, unless somebody has asked for the write:
    /// the answer to it would be announced as well. After an event, for a moment: the answer is shown, which is an event for its own part.
    /// </summary>
    private bool IsPaced(bool isTurnOver)
    {
        if (_isAnnouncing)
        {
            return _asked.Reason == SaveReason.Change;
        }

        if (!isTurnOver || _clears || client.IsUncertain || Removed().Length > 0 || !_changes.Keys.All(entry => _found.Contains(entry) && _foundBefore.Contains(entry)))
        {
            return false;
        }

        if (!_awaitsPace)
        {
            _awaitsPace = true;
            work.After(Pace, TryAgainAsync);
        }

        return true;
    }
}
