using LiveStash;
using LiveStash.Orleans.Caching;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Measuring;
using LiveStash.Orleans.Options;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the distributed cache on Orleans.</summary>
public static class OrleansDistributedCacheServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IDistributedCache"/>, which is an <see cref="IBufferDistributedCache"/> too, whose entries live in the
    /// Orleans cluster: for sessions, for <c>HybridCache</c>, and for all else that takes one. As with every service, the cache that
    /// was registered last is the one that is used. Takes the grain factory of the silo in this process (<c>UseOrleans</c>) or of the
    /// client (<c>UseOrleansClient</c>); with neither, the host does not start and says which line to add. Silos call
    /// <c>siloBuilder.AddLiveStash()</c>. Does not need <c>AddLiveStash()</c> on the services. Calling it again is harmless.
    /// </summary>
    /// <param name="services">Of the host.</param>
    /// <param name="configure">Sets options.</param>
    public static IServiceCollection AddOrleansDistributedCache(this IServiceCollection services, Action<OrleansDistributedCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<OrleansDistributedCacheOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OrleansDistributedCacheOptions>, OrleansDistributedCacheValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddSerializer(static serializer => serializer.AddAssembly(typeof(IStashGrain).Assembly));
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton<StashMetrics>();
        services.TryAddSingleton(TimeProvider.System);

        // Not TryAdd: a cache that something else has registered before would stay, and nobody would notice.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDistributedCache, OrleansDistributedCache>());
        return services;
    }
}
