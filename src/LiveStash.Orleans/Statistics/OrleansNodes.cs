using LiveStash.Statistics;
using LiveStash.Orleans.Contracts;
using Orleans.Runtime;

namespace LiveStash.Orleans.Statistics;

/// <summary>The silos of the cluster, asked through whichever of them is reached first.</summary>
internal sealed class OrleansNodes(IGrainFactory grains, TimeProvider time) : IStashNodes
{
    /// <summary>What each silo has.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After this the next way in is tried: the one before may lead to a silo that stands still.</summary>
    private static readonly TimeSpan PatienceOfAll = TimeSpan.FromSeconds(1.5);

    private const int Ways = 3;

    private long _way;

    public string Engine => StashEngineNames.Orleans;

    public async ValueTask<IReadOnlyList<StashNode>> ReadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // The same way as long as it leads anywhere.
                var gathering = grains.GetGrain<IStatisticsGrain>(Volatile.Read(ref _way)).GatherAsync(Patience).AsTask();
                gathering.Ignore();
                return [.. (await gathering.WaitAsync(PatienceOfAll, time, cancellationToken).ConfigureAwait(false)).Select(ToNode)];
            }
            catch (Exception) when (attempt < Ways && !cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref _way);
            }
        }
    }

    private static StashNode ToNode(WireStatistics silo)
    {
        var window = silo.ToWindow();
        var state = (StashNodeState)silo.State == StashNodeState.Answers && window is null ? StashNodeState.WithoutStatistics : (StashNodeState)silo.State;

        // The generation says nothing to a reader.
        var at = silo.Silo.IndexOf('@', StringComparison.Ordinal);
        return new(silo.Silo, silo.Name ?? "", at < 0 ? silo.Silo : silo.Silo[..at], state, window);
    }
}
