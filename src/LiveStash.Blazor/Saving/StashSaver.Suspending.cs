namespace LiveStash.Saving;

/// <summary>The user has changed, and the stash is still the former one's: what is under way of that goes on, and nothing is added to it.</summary>
internal sealed partial class StashSaver
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> Nothing = [];

    // What the present user has changed until the stash is the own one.
    private readonly List<Action> _later = [];
    private int _changesOfUser;

    /// <summary>Whether the stash is a former user's, of which the present one gets nothing.</summary>
    public bool IsSuspended => _changesOfUser > 0;

    /// <summary>The user has changed. Once for each time, <see cref="Resume"/> follows in its turn.</summary>
    public void Suspend()
    {
        _changesOfUser++;
        _later.Clear();
        _next = null; // whoever asks from now on is answered for the own changes
    }

    /// <summary>The stash becomes the next user's: forgets all there was to save of the former, and goes on with what the present one has changed.</summary>
    public void Resume()
    {
        Forget();
        if (--_changesOfUser == 0)
        {
            Action[] later = [.. _later];
            _later.Clear();
            Array.ForEach(later, static change => change());
        }
    }

    private void Defer(Action change) => _later.Add(change);

    private void Reset(string[]? names)
    {
        if (names is not null)
        {
            Remove(names);
            _resets.UnionWith(names);
        }
        else
        {
            _clears = true;
            _changes.Clear();
            _refused.Clear();
        }
    }
}
