namespace LiveStash.Browser.Tests.Hosting;

/// <summary>What a server wrote to its console, one line per entry, over all its restarts.</summary>
internal sealed class ServerLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    /// <summary>How many lines there are: a mark to read from later.</summary>
    public int Mark
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    public void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lock)
            {
                _lines.Add(line);
            }
        }
    }

    public IReadOnlyList<string> Since(int mark = 0)
    {
        lock (_lock)
        {
            return _lines[mark..];
        }
    }

    /// <summary>Warnings and worse since a mark.</summary>
    public IReadOnlyList<string> ProblemsSince(int mark = 0) =>
        [.. Since(mark).Where(line => line.StartsWith("warn:", StringComparison.Ordinal) || line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal) || line.StartsWith("Unhandled exception", StringComparison.Ordinal))];

    public override string ToString() => string.Join(Environment.NewLine, Since());
}
