using LiveStash.Orleans.Server.Placement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Hosting;

/// <summary>Says in what way the host or the cluster is set up to lose stashes that are in memory only.</summary>
internal sealed partial class StashSiloWarnings(IOptions<GrainCollectionOptions> collection, StashSilos silos, ILogger<StashSiloWarnings> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(StashSiloWarnings), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public void Dispose() => _stop.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        if (collection.Value.EnableActivationSheddingOnMemoryPressure)
        {
            LogSheds(logger);
        }

        WatchAsync().Ignore();
        return Task.CompletedTask;
    }

    private Task StopAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    private async Task WatchAsync() => LogWithout(logger, await silos.FirstWithoutAsync(_stop.Token));

    [LoggerMessage(2121, LogLevel.Warning, "This silo sheds activations when memory is short (GrainCollectionOptions.EnableActivationSheddingOnMemoryPressure). Stashes that are in memory only move to another silo then, and are lost where there is none. Switch that off, run another silo, or use WriteBehind or WriteThrough")]
    private static partial void LogSheds(ILogger logger);

    [LoggerMessage(2122, LogLevel.Warning, "The silo {Silo} of this cluster does not keep stashes. Calls through it work, but its coming takes stashes that are in memory only out of reach. Have every silo call siloBuilder.AddLiveStash() before web servers use it, and after they do. Said once")]
    private static partial void LogWithout(ILogger logger, SiloAddress silo);
}
