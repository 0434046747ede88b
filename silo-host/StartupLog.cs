using LiveStash;
using SiloHost.Settings;

namespace SiloHost;

/// <summary>What is logged before the silo starts.</summary>
internal sealed partial class StartupLog
{
    [LoggerMessage(3000, LogLevel.Information, "Starting: {Clustering} clustering as '{ClusterId}', durability {Durability}, storage {Storage}, reminders {Reminders}")]
    public static partial void Starting(
        ILogger logger, ClusteringKind clustering, string clusterId, StashDurability durability, StorageKind storage, ReminderKind reminders);

    [LoggerMessage(3001, LogLevel.Information, "The schema of the database is up to date")]
    public static partial void SchemaApplied(ILogger logger);

    [LoggerMessage(3002, LogLevel.Warning, "{Warning}")]
    public static partial void Warning(ILogger logger, string warning);
}
