using System.Net;
using LiveStash;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Persistence;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace SiloHost.Configuration;

/// <summary>A silo that keeps stashes, after Orleans has read its section: what stashes need besides.</summary>
internal static class StashSilo
{
    /// <summary>Below <c>Orleans</c>: <see cref="ClusterMembershipOptions"/>, which Orleans binds to no section.</summary>
    public const string MembershipSection = "ClusterMembership";

    private static readonly TimeSpan ShortestProbe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(1);

    /// <summary>By the values of <c>LiveStash:Placement</c>.</summary>
    public static IReadOnlyDictionary<string, PlacementStrategy> Placements { get; } = new Dictionary<string, PlacementStrategy>(StringComparer.OrdinalIgnoreCase)
    {
        ["PreferLocal"] = new PreferLocalPlacement(),
        ["Random"] = new RandomPlacement(),
        ["ActivationCount"] = new ActivationCountBasedPlacement(),
    };

    /// <summary>Adds LiveStash with the section <c>LiveStash</c>.</summary>
    public static ISiloBuilder AddConfiguredLiveStash(this ISiloBuilder silo)
    {
        AddMembership(silo);
        AddStorage(silo);
        silo.Services.AddOptions<StashGrainOptions>()
            .Bind(silo.Configuration.GetSection("LiveStash"))
            .Configure(options => options.Placement = Placements.GetValueOrDefault(silo.Configuration["LiveStash:Placement"] ?? "") ?? options.Placement);
        return silo.AddLiveStash();
    }

    /// <summary>Nothing of this silo can be reached from another machine unless the section <c>Orleans:Endpoints</c> says so.</summary>
    public static ISiloBuilder ListenOnLoopback(this ISiloBuilder silo) =>
        silo.Configure<EndpointOptions>(static options => options.AdvertisedIPAddress ??= IPAddress.Loopback);

    private static void AddMembership(ISiloBuilder silo)
    {
        var section = silo.Configuration.GetSection("Orleans").GetSection(MembershipSection);
        silo.Services.AddOptions<ClusterMembershipOptions>()
            .Configure(static options => (options.ProbeTimeout, options.TableRefreshTimeout) = (ShortestProbe, TimeSpan.FromSeconds(10)))
            .Bind(section)

            // Orleans would shorten it by itself where answers come fast, to half, which a machine under load does not meet.
            .Configure(options => options.MinProbeTimeout = string.IsNullOrEmpty(section["MinProbeTimeout"]) ? options.ProbeTimeout : options.MinProbeTimeout)
            .Validate(
                static options => options.MinProbeTimeout >= ShortestProbe && options.ProbeTimeout >= ShortestProbe && options.ProbeTimeout <= LongestProbe,
                $"Orleans:{MembershipSection}:ProbeTimeout and MinProbeTimeout: set times from {ShortestProbe} to {LongestProbe}; less declares live silos dead under load.")
            .Validate(
                static options => options.NumMissedProbesLimit >= 2 && options.NumVotesForDeathDeclaration >= 2,
                $"Orleans:{MembershipSection}:NumMissedProbesLimit and NumVotesForDeathDeclaration: set at least 2; less declares live silos dead under load.")
            .ValidateOnStart();
    }

    private static void AddStorage(ISiloBuilder silo)
    {
        // The default serializer is JSON: bytes as base64, and names of .NET types in the database that it loads when it reads.
        silo.Services.AddOptions<AdoNetGrainStorageOptions>(StashGrainOptions.StorageName).Configure<Serializer>(static (storage, serializer) =>
            (storage.DeleteStateOnClear, storage.GrainStorageSerializer) = (true, storage.GrainStorageSerializer ?? new OrleansGrainStorageSerializer(serializer)));
        silo.Services.AddOptions<RedisStorageOptions>(StashGrainOptions.StorageName).Configure<Serializer>(static (storage, serializer) =>
            (storage.DeleteStateOnClear, storage.GrainStorageSerializer) = (true, storage.GrainStorageSerializer ?? new OrleansGrainStorageSerializer(serializer)));
    }
}
