using Microsoft.Extensions.Logging;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>Log messages. None holds the key of a stash.</summary>
internal partial class LedgerGrain
{
    [LoggerMessage(2200, LogLevel.Warning, "{Count} stash(es) could not be listed for their deletion, and were not stored")]
    private static partial void LogNotListed(ILogger logger, Exception exception, int count);

    [LoggerMessage(2201, LogLevel.Warning, "A sweep for expired stashes failed; the next tick tries again")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(2202, LogLevel.Warning, "A stash could not be asked whether it has expired; it is asked again. {Type}")]
    private static partial void LogNotAsked(ILogger logger, string type);

    [LoggerMessage(2203, LogLevel.Warning, "A reminder came for stashes that this silo cannot read. {Missing}")]
    private static partial void LogTickWithoutStorage(ILogger logger, string missing);
}
