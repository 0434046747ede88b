using Microsoft.Extensions.Logging;

namespace LiveStash.Watching;

internal sealed partial class StashSession
{
    [LoggerMessage(1200, LogLevel.Error, "The stash of this circuit could not be started with the engine '{Engine}'; the page works, nothing is saved.")]
    private partial void LogNotStarted(Exception exception, string engine);

    [LoggerMessage(1201, LogLevel.Error, "[Stash] property {Type}.{Property} cannot be serialized, so it is not saved; the others are. Mark members with [JsonIgnore], set LiveStashOptions.JsonSerializerOptions, or keep another shape of the value.")]
    private partial void LogUnserializable(Exception exception, string type, string property);

    [LoggerMessage(1202, LogLevel.Warning, "The saved value of {Slot}.{Property} cannot be read any more and was dropped.")]
    private partial void LogDropped(Exception exception, string slot, string property);

    [LoggerMessage(1204, LogLevel.Warning, "The stash could not be kept alive: {Outcome}. {Detail}")]
    private partial void LogNotKeptAlive(StashOutcome outcome, string? detail);

    [LoggerMessage(1208, LogLevel.Error, "{Message}")]
    private partial void LogDuplicate(string message);

    [LoggerMessage(1209, LogLevel.Debug, "{Type} is sealed, or another activator made it: several instances of it cannot be told apart, nor its initialization from what the user does right after.")]
    private partial void LogUnhooked(string type);

    [LoggerMessage(1211, LogLevel.Error, "Not kept: {Message}")]
    private partial void LogNotKept(string message);

    [LoggerMessage(1210, LogLevel.Error, "The service {Type} could not be recovered; it starts with its initial values.")]
    private partial void LogService(Exception exception, string type);
}
