using System.Globalization;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>What the server, over all its lives, and the pages of a test wrote, in the order it came.</summary>
internal sealed class TestLog
{
    private readonly Lock _lock = new();
    private readonly List<(DateTimeOffset At, bool OfServer, string Text)> _lines = [];

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

    /// <summary>A line of the server's console; <see langword="null"/> is none.</summary>
    public void AddServer(string? line) => Add(ofServer: true, line);

    /// <summary>A message of a page's console.</summary>
    public void AddPage(string message) => Add(ofServer: false, message);

    /// <summary>The server's lines since a mark.</summary>
    public IReadOnlyList<string> ServerSince(int mark = 0)
    {
        lock (_lock)
        {
            return [.. _lines.Skip(mark).Where(line => line.OfServer).Select(line => line.Text)];
        }
    }

    /// <summary>The server's warnings and worse since a mark.</summary>
    public IReadOnlyList<string> ServerProblemsSince(int mark = 0) =>
        [.. ServerSince(mark).Where(line => new[] { "warn:", "fail:", "crit:", "Unhandled exception" }.Any(start => line.StartsWith(start, StringComparison.Ordinal)))];

    /// <inheritdoc />
    public override string ToString() => Since(0);

    /// <summary>Everything since a mark, as text.</summary>
    public string Since(int mark)
    {
        lock (_lock)
        {
            return string.Join(Environment.NewLine, _lines.Skip(mark).Select(line => $"{line.At.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {(line.OfServer ? "server" : "page  ")} {line.Text}"));
        }
    }

    private void Add(bool ofServer, string? text)
    {
        if (text is not null)
        {
            lock (_lock)
            {
                _lines.Add((TimeProvider.System.GetUtcNow(), ofServer, text));
            }
        }
    }
}
