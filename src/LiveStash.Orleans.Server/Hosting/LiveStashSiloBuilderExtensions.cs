using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Clocks;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Hosting;
using LiveStash.Orleans.Server.Measuring;
using LiveStash.Orleans.Server.Options;
using LiveStash.Orleans.Server.Placement;
using LiveStash.Orleans.Server.Statistics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Orleans.Hosting;

/// <summary>Registration of LiveStash on a silo.</summary>
public static class LiveStashSiloBuilderExtensions
{
    /// <summary>
    /// Has this silo keep stashes. Every silo of the cluster calls it: stashes are found through a directory that all silos
    /// share. Calling it again is harmless. Options of the host and of other grains are not touched.
    /// </summary>
    /// <remarks>
    /// For <see cref="StashGrainOptions.DefaultDurability"/> other than Memory add a grain storage named
    /// <see cref="StashGrainOptions.StorageName"/> and a reminder service; without them the silo does not start and says which
    /// line to add. Memory grain storage and in-memory reminders are for development: they do not outlive the process.
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets options.</param>
    public static ISiloBuilder AddLiveStash(this ISiloBuilder builder, Action<StashGrainOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddOptions<StashGrainOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StashGrainOptions>, StashGrainOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<GrainCollectionOptions>, StashCollectionOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPlacementStrategyResolver, StashPlacementResolver>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, StashSiloWarnings>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, TimelySiloStop>());
        services.TryAddSingleton<ClockWatch>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, ClockWatch>(static provider => provider.GetRequiredService<ClockWatch>()));
        services.TryAddSingleton(static provider => new ClockDoubt(provider.GetKeyedService<TimeProvider>(StashGrainOptions.TimeProviderKey) ?? provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<PendingListings>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, PendingListings>(static provider => provider.GetRequiredService<PendingListings>()));
        services.TryAddSingleton<StashSilos>();
        services.AddMetrics();
        services.TryAddSingleton<StashMetrics>();
        services.TryAddSingleton<StashGrainServices>();
        services.AddSerializer(static serializer => serializer
            .AddAssembly(typeof(IStashGrain).Assembly)
            .AddAssembly(typeof(StashGrain).Assembly));
        services.Configure<TypeManifestOptions>(static types =>
        {
            types.InterfaceImplementations.Add(StashGrain.Class);
            types.InterfaceImplementations.Add(LedgerGrain.Class);
            types.InterfaceImplementations.Add(StatisticsGrain.Class);
        });
        if (!services.Any(static service => service.ServiceType == typeof(SiloStatisticsClient)))
        {
            services.AddSingleton<SiloStatisticsClient>();
            services.AddGrainService<SiloStatistics>();

            // Orleans logs each change of its range, of which it makes nothing.
            services.AddLogging(static logging => logging.AddFilter(typeof(SiloStatistics).FullName, LogLevel.Warning));
        }

        StashDirectory.Add(builder);
        return builder;
    }
}
