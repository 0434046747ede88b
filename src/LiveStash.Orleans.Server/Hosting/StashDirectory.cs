using LiveStash.Orleans.Server.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.GrainDirectory;

namespace LiveStash.Orleans.Server.Hosting;

/// <summary>
/// Registers the directory that finds stashes. Orleans' default one keeps each registration on one silo, and ends the grains whose
/// registration was on a silo that goes, though they live on another one. The distributed directory asks the remaining silos instead.
/// </summary>
internal static class StashDirectory
{
    /// <summary>
    /// For 30 s after a silo's death, less the time that it took to notice, the directory keeps the dead silo's grains from starting
    /// elsewhere, lest two of them live. Stashes need no such wait: epochs and ETags tell which of the two counts.
    /// </summary>
    private static readonly TimeSpan Lease = TimeSpan.Zero;

    /// <summary>
    /// A silo has one distributed directory at most. Where the app has it for its own grains, before or after this call, that one
    /// finds the stashes too, set as the host sets it; the options of the host's are not touched in either case.
    /// </summary>
    public static void Add(ISiloBuilder builder)
    {
        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IGrainDirectoryResolver, StashDirectoryResolver>());
        if (services.Any(static service => service.ServiceType == typeof(IGrainDirectory) && StashGrainOptions.DirectoryName.Equals(service.ServiceKey)))
        {
            return;
        }

        var before = services.Count;
#pragma warning disable ORLEANSEXP003 // Experimental in Orleans 10: the only built-in directory that keeps a Memory stash when another silo dies.
        builder.AddDistributedGrainDirectory(StashGrainOptions.DirectoryName);
#pragma warning restore ORLEANSEXP003

        // Nothing is added where the app has it already. The class is Orleans' own.
        var directory = services.Skip(before).FirstOrDefault(static service => service.ServiceType.Name == "DistributedGrainDirectory")?.ServiceType;
        for (var i = before; directory is not null && i < services.Count; i++)
        {
            if (services[i].ServiceType == directory)
            {
                // In place of Orleans' own registration, which would have it believe at the app's call that there is nothing to add.
                services[i] = ServiceDescriptor.Singleton(directory, provider => ActivatorUtilities.CreateInstance(
                    provider, directory, Microsoft.Extensions.Options.Options.Create(new GrainDirectoryOptions { RangeLeaseDuration = Lease })));
            }
            else if (services[i].ServiceType == typeof(ILifecycleParticipant<ISiloLifecycle>))
            {
                // The app's registration starts the same object.
                services[i] = ServiceDescriptor.Singleton(provider => services.Count(service => service.ServiceType == directory) > 1
                    ? new Started()
                    : (ILifecycleParticipant<ISiloLifecycle>)provider.GetRequiredService(directory));
            }
        }
    }

    private sealed class Started : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
        }
    }
}
