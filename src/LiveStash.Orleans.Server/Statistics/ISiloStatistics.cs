using LiveStash.Orleans.Contracts;
using Orleans;
using Orleans.Concurrency;
using Orleans.Services;

namespace LiveStash.Orleans.Server.Statistics;

/// <summary>The last hour of one silo. Internal, and pinned with the other contracts; found by the full name of this type, which therefore stays.</summary>
[Alias("LiveStash.ISiloStatistics")]
internal interface ISiloStatistics : IGrainService
{
    [Alias("Read"), AlwaysInterleave, ReadOnly, ResponseTimeout("00:00:05")]
    ValueTask<WireStatistics> ReadAsync();
}
