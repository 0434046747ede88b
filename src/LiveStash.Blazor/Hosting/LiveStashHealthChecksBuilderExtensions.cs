using LiveStash;
using LiveStash.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the health check of a web server.</summary>
public static class LiveStashHealthChecksBuilderExtensions
{
    private const string DefaultName = "livestash";

    /// <summary>
    /// Checks that the host's engine answers within <see cref="LiveStashOptions.EngineTimeout"/>, and that the app says where its
    /// Data Protection key ring is kept; where it does not, outside of Development, the result is degraded. Nothing is made in the
    /// engine.
    /// </summary>
    /// <param name="builder">The builder that <c>AddHealthChecks()</c> returned.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// What an engine that cannot be reached means. Unhealthy when <see langword="null"/>; degraded where a server that shows its pages
    /// without saving is better than none.
    /// </param>
    /// <param name="tags">Tags, to choose the check by.</param>
    /// <param name="timeout">A shorter time than the engine's.</param>
    public static IHealthChecksBuilder AddLiveStash(
        this IHealthChecksBuilder builder, string name = DefaultName, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<EngineHealthCheck>();
        return builder.Add(new(name, static provider => provider.GetRequiredService<EngineHealthCheck>(), failureStatus, tags, timeout));
    }
}
