namespace LiveStash.Processes.Tests.Hosting;

/// <summary>What a node wrote to its console, one entry a line, over all its lives.</summary>
internal sealed class NodeLog
{
    private const int MaxLine = 300;

    private static readonly string[] Problems = [" warn: ", " fail: ", " crit: ", "Unhandled exception"];

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Whether any line has the text in it.</summary>
    public bool Has(string text) => Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Warnings and worse, cut short.</summary>
    public IEnumerable<string> ProblemsInShort() => Lines
        .Where(line => Problems.Any(problem => line.Contains(problem, StringComparison.Ordinal)))
        .Select(line => line.Length > MaxLine ? line[..MaxLine] + "..." : line);

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

    public override string ToString() => string.Join(Environment.NewLine, Lines);
}
