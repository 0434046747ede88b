using LiveStash.Orleans.Caching;
using LiveStash.Orleans.Engines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;

namespace LiveStash.Orleans.Tests.Caching;

internal static class CacheParts
{
    /// <summary>More than an app has, for the same reason as in <see cref="Infrastructure.StashCluster"/>.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A cache as a server has it that calls as a client, or in whose process a silo is.</summary>
    public static OrleansDistributedCache Cache(IGrainFactory grains, TimeProvider time, Action<OrleansDistributedCacheOptions>? configure = null)
    {
        var options = new OrleansDistributedCacheOptions { Timeout = Patience };
        configure?.Invoke(options);
        return new(grains, Microsoft.Extensions.Options.Options.Create(options), time, new(Meters.Create()), NullLogger<OrleansEngine>.Instance);
    }

    public static IGrainFactory Grains(this InProcessSiloHandle silo) => silo.SiloHost.Services.GetRequiredService<IGrainFactory>();
}
