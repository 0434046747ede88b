using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>Keeps every line that is logged, exceptions included.</summary>
internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<Line> _lines = new();

    public IReadOnlyCollection<Line> Lines => _lines;

    public Line[] AtLeast(LogLevel level) => [.. _lines.Where(line => line.Level >= level)];

    public Line[] WithId(int id) => [.. _lines.Where(line => line.Id == id)];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    internal sealed record Line(LogLevel Level, string Category, int Id, string Text);

    private sealed class Logger(LogCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            collector._lines.Enqueue(new(logLevel, category, eventId.Id, $"{formatter(state, exception)} {exception}"));
    }
}
