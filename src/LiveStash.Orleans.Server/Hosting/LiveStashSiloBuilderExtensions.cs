using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Hosting;
using LiveStash.Orleans.Server.Options;
using LiveStash.Orleans.Server.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Runtime;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Placement;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Orleans.Hosting;

/// <summary>Registration of LiveStash on a silo.</summary>
public static class LiveStashSiloBuilderExtensions
{
    /// <summary>
    /// Has this silo keep stashes. Every silo of the cluster calls it: stashes are found through a directory that all silos
    /// share. Calling it again is harmless. An app that wants Orleans' distributed directory for its own grains too calls
    /// <c>AddDistributedGrainDirectory()</c> before.
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
        services.TryAddSingleton<StashSilos>();
        services.TryAddSingleton<StashGrainServices>();
        services.AddSerializer(static serializer => serializer
            .AddAssembly(typeof(IStashGrain).Assembly)
            .AddAssembly(typeof(StashGrain).Assembly));
        services.Configure<TypeManifestOptions>(static types => types.InterfaceImplementations.Add(StashGrain.Class));
        AddDirectory(builder);
        return builder;
    }

    /// <summary>
    /// Orleans' default directory keeps each registration on one silo, and ends the grains whose registration was on a silo
    /// that goes, though they live on another one. The distributed directory asks the remaining silos instead.
    /// </summary>
    /// <remarks>
    /// Orleans registers it once. Where the app has it as its default before, stashes use that; an alias for it would start it twice.
    /// </remarks>
    private static void AddDirectory(ISiloBuilder builder)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IGrainDirectoryResolver, StashDirectoryResolver>());
        if (builder.Services.Any(static service =>
            service.ServiceType == typeof(IGrainDirectory) && StashGrainOptions.DirectoryName.Equals(service.ServiceKey)))
        {
            return;
        }

        // For 30 s after a silo's death, less the time that it took to notice, this directory keeps the dead silo's grains from
        // starting elsewhere, lest two of them live. Stashes need no such wait: epochs and ETags tell which of the two counts.
        builder.Services.Configure<GrainDirectoryOptions>(static options => options.RangeLeaseDuration = TimeSpan.Zero);

#pragma warning disable ORLEANSEXP003 // Experimental in Orleans 10: the only built-in directory that keeps a Memory stash when another silo dies.
        builder.AddDistributedGrainDirectory(StashGrainOptions.DirectoryName);
#pragma warning restore ORLEANSEXP003
    }
}
