namespace LiveStash.Orleans.Server.Measuring;

/// <summary>
/// How many stashes wait for the storage, and since when the oldest does. Counted by the second in which they began to: in any
/// order they go, and each costs no more than a number. Safe for concurrent use.
/// </summary>
internal sealed class UnstoredStashes(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, int> _bySecond = [];
    private readonly long _start = time.GetTimestamp();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How long the oldest has waited; zero where none does.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_lock)
            {
                foreach (var (second, _) in _bySecond)
                {
                    return TimeSpan.FromSeconds(Second() - second);
                }

                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>One begins to wait.</summary>
    /// <returns>What to give to <see cref="Remove"/>; never 0.</returns>
    public int Add()
    {
        lock (_lock)
        {
            var second = Second();
            _bySecond[second] = _bySecond.GetValueOrDefault(second) + 1;
            _count++;
            return second;
        }
    }

    public void Remove(int second)
    {
        lock (_lock)
        {
            _count--;
            if (--_bySecond[second] == 0)
            {
                _bySecond.Remove(second);
            }
        }
    }

    private int Second() => (int)time.GetElapsedTime(_start).TotalSeconds + 1;
}
