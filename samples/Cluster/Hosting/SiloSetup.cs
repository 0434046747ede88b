using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Cluster.Hosting;

/// <summary>The silo in this web server's process.</summary>
internal static class SiloSetup
{
    public static void UseSilo(this WebApplicationBuilder builder, ClusterSettings settings)
    {
        // What the silo holds in memory goes to the other nodes before it ends; that may take a while.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        builder.UseOrleans(silo =>
        {
            if (settings.UsesDatabase)
            {
                UsePostgreSql(silo, settings);
            }
            else
            {
                // For development: a storage in the memory of the silos, which dies with them.
                silo.UseLocalhostClustering(
                        settings.SiloPort, settings.GatewayPort, new(IPAddress.Loopback, settings.PrimaryPort == 0 ? settings.SiloPort : settings.PrimaryPort))
                    .AddMemoryGrainStorage(StashGrainOptions.StorageName)
                    .UseInMemoryReminderService();
            }

            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));

            // A frozen node is replaced in about 14 s; with Orleans' 5 s it takes over a minute.
            // Orleans would shorten it by itself where answers come fast, to half, which a machine under load does not meet.
            silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = options.MinProbeTimeout = TimeSpan.FromSeconds(1));
            silo.AddLiveStash(options => options.DefaultDurability = settings.SiloDurability);
        });
    }

    private static void UsePostgreSql(ISiloBuilder silo, ClusterSettings settings) => silo
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (ClusterSettings.Invariant, settings.ConnectionString))
        .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (ClusterSettings.Invariant, settings.ConnectionString))
        .AddAdoNetGrainStorage(StashGrainOptions.StorageName, options => options.Configure<Serializer>((storage, serializer) =>
        {
            (storage.Invariant, storage.ConnectionString) = (ClusterSettings.Invariant, settings.ConnectionString);
            storage.DeleteStateOnClear = true;
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }))
        .Configure<EndpointOptions>(options =>
        {
            // The sample is for one machine: nothing of it can be reached from another.
            options.AdvertisedIPAddress = IPAddress.Loopback;
            (options.SiloPort, options.SiloListeningEndpoint) = (settings.SiloPort, new(IPAddress.Loopback, settings.SiloPort));
            (options.GatewayPort, options.GatewayListeningEndpoint) = (settings.GatewayPort, new(IPAddress.Loopback, settings.GatewayPort));
        });
}
