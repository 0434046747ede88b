using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Clocks;

/// <summary>
/// Watches the silo's clock, and looks at the membership while Orleans' timers do not. They wait until the clock shows a time, and work
/// out once how long that is: after it went back by an hour, or was behind for a moment, they stand still for an hour, and this silo would
/// call silos that are dead.
/// </summary>
internal sealed partial class ClockWatch(
    [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time,
    IClusterMembershipService membership,
    ClockDoubt doubt,
    IServiceProvider services,
    ILogger<ClockWatch> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How late Orleans' timers may be without it being worth a word.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private long _late;

    /// <summary>For how long Orleans' timers may stand still yet.</summary>
    public TimeSpan Late => new(Volatile.Read(ref _late));

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(ClockWatch), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public void Dispose() => _stop.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        WatchAsync().Ignore();
        return Task.CompletedTask;
    }

    private Task StopAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    private async Task WatchAsync()
    {
        var jumps = new ClockJumps(time);
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            doubt.Look();
            var (jump, elapsed) = jumps.Look();
            var late = Late > elapsed ? Late - elapsed : TimeSpan.Zero;
            if (jump < -Tolerance)
            {
                late -= jump;
                LogWentBack(logger, -jump, late);
                if (!StuckCollector.TryFree(services))
                {
                    LogStuck(logger, -jump);
                }
            }

            Volatile.Write(ref _late, late.Ticks);
            if (late > TimeSpan.Zero)
            {
                await LookAsync();
            }
        }
    }

    private async Task LookAsync()
    {
        try
        {
            await membership.Refresh(cancellationToken: _stop.Token);
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            LogUnread(logger, exception);
        }
    }

    [LoggerMessage(2124, LogLevel.Warning, "The clock of this silo went back by {Time}. Orleans' timers may stand still for {Late} now: this silo looks once a second for silos that others found dead, and finds out none itself. Restart it where that is too long")]
    private static partial void LogWentBack(ILogger logger, TimeSpan time, TimeSpan late);

    [LoggerMessage(2126, LogLevel.Error, "No grain may start on this silo for {Time}: Orleans collects by the clock, and this version of it could not be told that the clock went back. Restart it")]
    private static partial void LogStuck(ILogger logger, TimeSpan time);

    [LoggerMessage(2125, LogLevel.Debug, "The membership could not be read")]
    private static partial void LogUnread(ILogger logger, Exception exception);
}
