using LiveStash.Statistics;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Placement;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Statistics;

/// <summary>Asks all silos at once. It is made wherever it is called, so that no silo that stands still has it for all.</summary>
internal abstract class StatisticsGrain(StashSilos silos, SiloStatisticsClient statistics, TimeProvider time) : Grain, IStatisticsGrain
{
    /// <summary>The class to register on a silo that keeps stashes.</summary>
    public static readonly Type Class = typeof(Registered);

    /// <summary>The longest that a silo is waited for, whatever the caller says.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(5);

    public async ValueTask<WireStatistics[]> GatherAsync(TimeSpan patience)
    {
        patience = patience < TimeSpan.Zero ? TimeSpan.Zero : patience > MaxPatience ? MaxPatience : patience;
        return await Task.WhenAll(silos.Here().Select(silo => AskAsync(silo.Address, silo.HasStatistics, patience)));
    }

    private async Task<WireStatistics> AskAsync(SiloAddress silo, bool hasStatistics, TimeSpan patience)
    {
        if (!hasStatistics)
        {
            return new() { Silo = silo.ToParsableString(), State = (int)StashNodeState.WithoutStatistics };
        }

        try
        {
            var asked = statistics.Of(silo).ReadAsync().AsTask();
            asked.Ignore();
            return await asked.WaitAsync(patience, time);
        }
        catch (Exception)
        {
            // It is starting, stopping, dead or frozen: what it is exactly, the cluster finds out.
            return new() { Silo = silo.ToParsableString(), State = (int)StashNodeState.Silent };
        }
    }

    /// <summary>Private, as <see cref="Grains.StashGrain"/>'s is.</summary>
    [GrainType(IStatisticsGrain.TypeName), StatelessWorker(1)]
    private sealed class Registered(StashSilos silos, SiloStatisticsClient statistics, TimeProvider time) : StatisticsGrain(silos, statistics, time);
}
