using LiveStash.Orleans.Server.Health;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the health check of a silo.</summary>
public static class LiveStashSiloHealthChecksBuilderExtensions
{
    private const string DefaultName = "livestash-silo";

    /// <summary>
    /// Checks that the silo in this process is active in its cluster. Degraded where it is, and its storage or its reminders do not
    /// answer within half a second, or <see cref="StashGrainOptions.StorageTimeout"/> where that is less: what is in memory is still
    /// served. Nothing is written.
    /// </summary>
    /// <param name="builder">The builder that <c>AddHealthChecks()</c> returned.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What a silo means that is starting, shutting down, or not held for alive. Unhealthy when <see langword="null"/>.</param>
    /// <param name="tags">Tags, to choose the check by.</param>
    /// <param name="timeout">
    /// After this time the check is ended with <paramref name="failureStatus"/>: less than half a second, and a silo whose storage hangs
    /// is unhealthy, and not degraded. Without end when <see langword="null"/>.
    /// </param>
    public static IHealthChecksBuilder AddLiveStashSilo(
        this IHealthChecksBuilder builder, string name = DefaultName, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<SiloHealthCheck>();
        return builder.Add(new(name, static provider => provider.GetRequiredService<SiloHealthCheck>(), failureStatus, tags, timeout));
    }
}
