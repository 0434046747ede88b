using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using SiloHost.Settings;

namespace SiloHost.Hosting;

/// <summary>Turns settings into a silo.</summary>
internal static class SiloConfiguration
{
    /// <summary>The name under which Orleans knows Npgsql.</summary>
    private const string Invariant = "Npgsql";

    public static void Configure(HostBuilderContext context, ISiloBuilder silo)
    {
        var settings = context.Configuration;
        AddCluster(silo, settings);
        AddStorage(silo, settings);
        silo.AddLiveStash(options =>
        {
            options.DefaultDurability = SiloSettings.Durability.Get(settings);
            options.MaxStashBytes = SiloSettings.MaxStashBytes.Get(settings);
            options.MaxStashEntries = SiloSettings.MaxStashEntries.Get(settings);
            options.FlushInterval = SiloSettings.FlushInterval.Get(settings);
            options.StorageTimeout = SiloSettings.StorageTimeout.Get(settings);
            options.MaxMigrationBytes = SiloSettings.MaxMigrationBytes.Get(settings);
            options.Placement = SiloSettings.Placement.Get(settings) switch
            {
                PlacementKind.Random => new RandomPlacement(),
                PlacementKind.ActivationCount => new ActivationCountBasedPlacement(),
                _ => new PreferLocalPlacement(),
            };
        });
    }

    private static void AddCluster(ISiloBuilder silo, IConfiguration settings)
    {
        var (port, gatewayPort, primaryPort) =
            (SiloSettings.Port.Get(settings), SiloSettings.GatewayPort.Get(settings), SiloSettings.PrimaryPort.Get(settings));
        if (SiloSettings.Clustering.Get(settings) == ClusteringKind.Localhost)
        {
            silo.UseLocalhostClustering(port, gatewayPort, new(IPAddress.Loopback, primaryPort == 0 ? port : primaryPort));
        }
        else
        {
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, SiloSettings.ConnectionString.Get(settings)));
        }

        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Parse(SiloSettings.Address.Get(settings));
            var listen = SiloSettings.ListenAddress.Get(settings) is { Length: > 0 } configured ? IPAddress.Parse(configured) : options.AdvertisedIPAddress;
            (options.SiloPort, options.SiloListeningEndpoint) = (port, new(listen, port));
            (options.GatewayPort, options.GatewayListeningEndpoint) = (gatewayPort, new(listen, gatewayPort));
        });
        silo.Configure<ClusterOptions>(options =>
            (options.ClusterId, options.ServiceId) = (SiloSettings.ClusterId.Get(settings), SiloSettings.ServiceId.Get(settings)));
        silo.Configure<SiloOptions>(options =>
            options.SiloName = SiloSettings.Name.Get(settings) is { Length: > 0 } name ? name : options.SiloName);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            // Orleans would shorten it by itself where answers come fast, to half, which a machine under load does not meet.
            options.ProbeTimeout = options.MinProbeTimeout = SiloSettings.ProbeTimeout.Get(settings);
            options.NumMissedProbesLimit = SiloSettings.MissedProbes.Get(settings);
            options.NumVotesForDeathDeclaration = SiloSettings.Votes.Get(settings);
            options.TableRefreshTimeout = SiloSettings.TableRefresh.Get(settings);
        });
    }

    private static void AddStorage(ISiloBuilder silo, IConfiguration settings)
    {
        if (SiloSettings.Storage.Get(settings) == StorageKind.AdoNet)
        {
            silo.AddAdoNetGrainStorage(StashGrainOptions.StorageName, options => options.Configure<Serializer>((storage, serializer) =>
            {
                (storage.Invariant, storage.ConnectionString) = (Invariant, SiloSettings.ConnectionString.Get(settings));
                storage.DeleteStateOnClear = true;

                // The default is JSON: bytes as base64, and names of .NET types in the database that it loads when it reads.
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }));
        }
        else
        {
            silo.AddMemoryGrainStorage(StashGrainOptions.StorageName);
        }

        if (SiloSettings.Reminders.Get(settings) == ReminderKind.AdoNet)
        {
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, SiloSettings.ConnectionString.Get(settings)));
        }
        else
        {
            silo.UseInMemoryReminderService();
        }
    }
}
