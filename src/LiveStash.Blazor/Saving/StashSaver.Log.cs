using Microsoft.Extensions.Logging;

namespace LiveStash.Saving;

/// <summary>Log messages.</summary>
internal sealed partial class StashSaver
{
    [LoggerMessage(1203, LogLevel.Warning, "Not saved: {Outcome}. {Detail}")]
    private partial void LogNotSaved(StashOutcome outcome, string? detail);
}
