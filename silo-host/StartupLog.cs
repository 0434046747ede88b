using LiveStash;

namespace SiloHost;

/// <summary>What is logged before the silo starts.</summary>
internal sealed partial class StartupLog
{
    [LoggerMessage(3000, LogLevel.Information, "Starting in cluster '{ClusterId}' with durability {Durability}: {Providers}")]
    public static partial void Starting(ILogger logger, string clusterId, StashDurability durability, string providers);

    [LoggerMessage(3002, LogLevel.Warning, "{Warning}")]
    public static partial void Warning(ILogger logger, string warning);
}
