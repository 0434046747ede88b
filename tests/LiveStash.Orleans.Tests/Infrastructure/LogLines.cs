using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>What silos log at Warning and above, with exceptions.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(EventId Id, string Text)> _lines = new();

    /// <summary>All lines.</summary>
    public IEnumerable<string> All => _lines.Select(static line => line.Text);

    /// <summary>The lines of one message.</summary>
    public IReadOnlyList<string> Of(int id) => [.. _lines.Where(line => line.Id.Id == id).Select(static line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((eventId, $"{formatter(state, exception)} {exception}"));
        }
    }

    public void Dispose()
    {
    }
}
