using Orleans.Concurrency;
using Orleans.Metadata;

namespace LiveStash.Orleans.Contracts;

/// <summary>
/// Asks every silo that keeps stashes for its last hour. On whichever silo the call arrives; the keys are all the same, and another
/// key may take a client to another gateway. Internal, and pinned with the other contracts.
/// </summary>
[Alias("LiveStash.IStatisticsGrain"), DefaultGrainType(TypeName)]
internal interface IStatisticsGrain : IGrainWithIntegerKey
{
    /// <summary>The type's name, by which a silo says that it has statistics.</summary>
    const string TypeName = "livestash-statistics";

    /// <summary>The silos, also those that do not answer: each has <paramref name="patience"/>, all at the same time.</summary>
    [Alias("Gather"), AlwaysInterleave, ReadOnly, ResponseTimeout("00:00:05")]
    ValueTask<WireStatistics[]> GatherAsync(TimeSpan patience);
}
