using LiveStash.Orleans.Contracts;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Placement;

/// <summary>The silos of the cluster, by whether they keep stashes.</summary>
internal sealed class StashSilos(IClusterMembershipService membership, IClusterManifestProvider manifests, ILocalSiloDetails local)
{
    private static readonly GrainType StashGrainType = GrainType.Create(StashAddress.TypeName);
    private static readonly GrainType StatisticsGrainType = GrainType.Create(IStatisticsGrain.TypeName);

    /// <summary>A silo to hand a stash to: one of those that are there and keep stashes, by chance; <see langword="null"/> if there is none.</summary>
    public SiloAddress? Other()
    {
        SiloAddress? other = null;
        var others = 0;
        foreach (var (silo, member) in membership.CurrentSnapshot.Members)
        {
            if (member.Status == SiloStatus.Active && !silo.Equals(local.SiloAddress) && Keeps(silo) && Random.Shared.Next(++others) == 0)
            {
                other = silo;
            }
        }

        return other;
    }

    /// <summary>The silos that are there and keep stashes, with whether they have statistics: those of earlier versions do not.</summary>
    public IEnumerable<(SiloAddress Address, bool HasStatistics)> Here() => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping && Keeps(member.SiloAddress))
        .Select(member => (member.SiloAddress, manifests.Current.Silos[member.SiloAddress].Grains.ContainsKey(StatisticsGrainType)));

    /// <summary>Whether a silo keeps stashes, as far as it has told.</summary>
    private bool Keeps(SiloAddress silo) =>
        manifests.Current.Silos.TryGetValue(silo, out var manifest) && manifest.Grains.ContainsKey(StashGrainType);

    /// <summary>The first silo that has told what it keeps, and keeps no stashes.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SiloAddress> FirstWithoutAsync(CancellationToken cancellationToken)
    {
        await foreach (var manifest in manifests.Updates.WithCancellation(cancellationToken))
        {
            foreach (var (silo, told) in manifest.Silos)
            {
                if (!told.Grains.ContainsKey(StashGrainType))
                {
                    return silo;
                }
            }
        }

        throw new OperationCanceledException();
    }
}
