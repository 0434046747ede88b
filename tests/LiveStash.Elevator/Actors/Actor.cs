using LiveStash.Elevator.Checking;

namespace LiveStash.Elevator.Actors;

/// <summary>
/// Somebody with a page, who types in it: one field after the other, whenever the page takes input, and never knowing of the faults.
/// </summary>
internal abstract class Actor : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Screen> _screens = [];
    private readonly (int Shortest, int Longest) _pause;
    private Task _typing = Task.CompletedTask;

    /// <summary>Somebody.</summary>
    /// <param name="name">Letters and then digits; the beginning of all that is typed.</param>
    /// <param name="seed">Of what is done.</param>
    /// <param name="pause">Between two fields, in milliseconds.</param>
    protected Actor(string name, int seed, (int Shortest, int Longest) pause)
    {
        (Name, History, Random, _pause) = (name, new(name), new(seed), pause);
    }

    public string Name { get; }

    /// <summary>How often the page did not take what was typed.</summary>
    public int NotTaken { get; protected set; }

    /// <summary>How often an error of the proxy stood where the page was to be loaded, and somebody loaded it again.</summary>
    public int ErrorPages { get; protected set; }

    /// <summary>Errors of a server's own that stood where the page was to be loaded.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Errors in the browser's console, without those of a network that is away.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The last screen.</summary>
    public Screen Screen { get; private set; } = Screen.None;

    /// <summary>All screens so far.</summary>
    public IReadOnlyList<Screen> Screens
    {
        get
        {
            lock (_lock)
            {
                return [.. _screens];
            }
        }
    }

    /// <summary>To be looked at under <see cref="Look"/> alone.</summary>
    protected History History { get; }

    protected Random Random { get; }

    /// <summary>Cancelled when nobody types any more.</summary>
    protected CancellationToken Stopped => _stop.Token;

    /// <summary>Looks at the history and the present screen together.</summary>
    public T Look<T>(Func<History, Screen, T> look)
    {
        lock (_lock)
        {
            return look(History, Screen);
        }
    }

    public void StartTyping() => _typing = TypeAsync();

    public async Task StopTypingAsync()
    {
        await _stop.CancelAsync();
        await _typing;
    }

    /// <summary>F5; over when the page is another.</summary>
    public abstract Task ReloadAsync();

    /// <summary>The beginning of what there is to read, for people.</summary>
    public abstract Task<string> ReadAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await StopTypingAsync();
        _stop.Dispose();
    }

    /// <summary>Types over one field.</summary>
    protected abstract Task StepAsync();

    /// <summary>Takes in what the page shows now.</summary>
    protected void Sees(Screen screen)
    {
        lock (_lock)
        {
            _screens.Add(screen);
            Screen = screen;
            History.Saw(screen);
        }
    }

    protected void Note(List<string> list, string error)
    {
        lock (_lock)
        {
            list.Add(error);
        }
    }

    private async Task TypeAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Random.Next(_pause.Shortest, _pause.Longest), Stopped);
                if (Look(static (_, screen) => screen.IsInteractive))
                {
                    await StepAsync();
                }
            }
        }
        catch (OperationCanceledException) when (Stopped.IsCancellationRequested)
        {
            // The end.
        }
    }
}
