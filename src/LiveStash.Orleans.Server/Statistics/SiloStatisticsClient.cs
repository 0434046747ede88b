using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace LiveStash.Orleans.Server.Statistics;

/// <summary>References to the statistics of any silo.</summary>
internal sealed class SiloStatisticsClient(IServiceProvider provider) : GrainServiceClient<ISiloStatistics>(provider)
{
    public ISiloStatistics Of(SiloAddress silo) => GetGrainService(silo);
}
