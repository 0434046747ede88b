using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Hosting;

/// <summary>Leaves the silo the second half of the time in which its host has to be down.</summary>
/// <remarks>
/// A host stops what it has one after the other, the web server first, which waits for requests that are under way: a download, a
/// connection of another hub. That may take all the time there is, and a silo that is stopped after it hands nothing over.
/// </remarks>
internal sealed partial class TimelySiloStop(IServiceProvider services, IOptions<HostOptions> options, TimeProvider time, ILogger<TimelySiloStop> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stops = new();
    private CancellationTokenRegistration _registration;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(TimelySiloStop), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public void Dispose()
    {
        _registration.Dispose();
        _stops.Dispose();
    }

    private Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => WatchAsync(options.Value.ShutdownTimeout).Ignore());
        return Task.CompletedTask;
    }

    private Task StopAsync(CancellationToken cancellationToken) => _stops.CancelAsync();

    private async Task WatchAsync(TimeSpan limit)
    {
        if (limit == Timeout.InfiniteTimeSpan)
        {
            return; // there is as much time as anything takes
        }

        using var over = new CancellationTokenSource(limit, time);
        await Task.Delay(limit / 2, time, _stops.Token);
        LogWaits(logger, limit / 2);
        await services.GetRequiredService<Silo>().StopAsync(over.Token);
    }

    [LoggerMessage(2123, LogLevel.Warning, "The host is stopping for {Time}, and something in it is not done yet, such as a request that is under way. The silo stops now, so that its stashes can get to other silos")]
    private static partial void LogWaits(ILogger logger, TimeSpan time);
}
