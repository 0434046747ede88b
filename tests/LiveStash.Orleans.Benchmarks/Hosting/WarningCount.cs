using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>Counts what LiveStash warns of: a storage that did not answer in time is among it.</summary>
internal sealed class WarningCount : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<string, int> _messages = new();

    public int Total => _messages.Values.Sum();

    /// <summary>The most frequent one.</summary>
    public string Most => _messages.OrderByDescending(static message => message.Value).Select(static message => $": {message.Value} times {message.Key}").FirstOrDefault("");

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("LiveStash", StringComparison.Ordinal) ? this : NullLogger.Instance;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _messages.AddOrUpdate(formatter(state, exception), 1, static (_, count) => count + 1);
        }
    }

    public void Dispose()
    {
    }
}
