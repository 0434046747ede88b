using Microsoft.Extensions.Logging;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>Log messages. None holds an id or a content.</summary>
internal partial class StashGrain
{
    [LoggerMessage(2100, LogLevel.Warning, "A stash could not be stored, and its writer was told so. {Failure}")]
    private static partial void LogNotStored(ILogger logger, Exception? exception, string failure);

    [LoggerMessage(2101, LogLevel.Warning, "A stash could not be flushed, {Count} time(s) in a row; it is kept in memory and tried again. {Failure}")]
    private static partial void LogFlushFailed(ILogger logger, Exception? exception, int count, string failure);

    [LoggerMessage(2103, LogLevel.Warning, "The reminder that an earlier version gave to a stash could not be removed; its next tick removes it")]
    private static partial void LogReminderNotRemoved(ILogger logger, Exception exception);

    [LoggerMessage(2104, LogLevel.Warning, "An expired stash could not be deleted; it is tried again. {Failure}")]
    private static partial void LogNotExpired(ILogger logger, Exception? exception, string failure);

    [LoggerMessage(2105, LogLevel.Warning, "A reminder came for a stash that this silo cannot read. {Missing}")]
    private static partial void LogReminderWithoutStorage(ILogger logger, string missing);

    [LoggerMessage(2106, LogLevel.Warning, "The grain storage {Provider} kept the row of a stash that was deleted. Set its option DeleteStateOnClear, if it has one; otherwise every stash leaves an empty row. Said once")]
    private static partial void LogRowKept(ILogger logger, string provider);

    [LoggerMessage(2107, LogLevel.Error, "A stash could not be handed to another silo")]
    private static partial void LogNotMigrated(ILogger logger, Exception exception);

    [LoggerMessage(2108, LogLevel.Error, "A stash that was not in storage yet could not be stored while the last silo stopped. {Failure}")]
    private static partial void LogLastFlushFailed(ILogger logger, Exception? exception, string failure);
}
