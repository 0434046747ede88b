using LiveStash.Orleans.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace LiveStash.Orleans.Engines;

/// <summary>
/// Calls the grain of a stash, in this process or over the network. Answers within <see cref="LiveStashOptions.EngineTimeout"/>
/// whatever the cluster does; calls that a stopping or dead silo did not take are sent again within that time.
/// </summary>
internal sealed partial class OrleansEngine(
    IGrainFactory grains, IOptions<LiveStashOptions> options, TimeProvider time, ILogger<OrleansEngine> logger) : IStashEngine
{
    /// <summary>The wait before the second attempt, in the middle; doubled for each further one.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest wait between two attempts: a page waits, and a silo's successor is usually there in less.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(200);

    private readonly TimeSpan _timeout = options.Value.EngineTimeout;

    public async ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
    {
        terms.ThrowIfInvalid();
        var (answer, failure) = await CallAsync(
            "open", id, new WireOpen(mode, terms), static (grain, call) => grain.OpenAsync(call), cancellationToken).ConfigureAwait(false);
        return failure is null ? answer!.ToResult() : new(StashOutcome.Unavailable, failure);
    }

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default)
    {
        write.Terms.ThrowIfInvalid();
        return ChangeAsync("write", id, new WireWrite(write), static (grain, call) => grain.WriteAsync(call), cancellationToken);
    }

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default)
    {
        terms.ThrowIfInvalid();
        return ChangeAsync("touch", id, new WireTouch(epoch, terms), static (grain, call) => grain.TouchAsync(call), cancellationToken);
    }

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        ChangeAsync("clear", id, new WireClear(epoch), static (grain, call) => grain.ClearAsync(call), cancellationToken);

    private async ValueTask<StashResult> ChangeAsync<TCall>(
        string operation, StashId id, TCall call, Func<IStashGrain, TCall, ValueTask<WireResult>> invoke, CancellationToken cancellationToken)
    {
        var (answer, failure) = await CallAsync(operation, id, call, invoke, cancellationToken).ConfigureAwait(false);
        return failure is null ? answer.ToResult() : new(StashOutcome.Unavailable, Detail: failure);
    }

    /// <summary>Calls until there is an answer or the time is over, and then says what failed.</summary>
    private async ValueTask<(TAnswer? Answer, string? Failure)> CallAsync<TCall, TAnswer>(
        string operation, StashId id, TCall call, Func<IStashGrain, TCall, ValueTask<TAnswer>> invoke, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        var delay = FirstDelay;
        Exception? rejection = null;
        for (var attempt = 1; ; attempt++)
        {
            var left = _timeout - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return (default, TimedOut(operation, attempt - 1, rejection));
            }

            try
            {
                var grain = grains.GetGrain<IStashGrain>(id.ToString());
                var answer = await invoke(grain, call).AsTask().WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
                if (attempt > 1)
                {
                    LogRetried(logger, operation, attempt, rejection);
                }

                return (answer, null);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (TimeoutException)
            {
                return (default, TimedOut(operation, attempt, rejection));
            }
            catch (Exception exception) when (IsTransient(exception))
            {
                rejection = exception;
            }
            catch (Exception exception)
            {
                LogFailed(logger, exception, operation);
                return (default, $"The stash grain could not be called ({exception.GetType().Name}): {exception.Message}");
            }

            // Many pages lose the same silo at the same moment; without jitter they would come back at the same moment too.
            var wait = delay * (0.5 + Random.Shared.NextDouble());
            delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
            left = _timeout - time.GetElapsedTime(started);
            await Task.Delay(wait < left ? wait : left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether another attempt may reach a silo. A rejected call ("Silo stopping") was not run; one whose connection broke may
    /// have been: a write then answers VersionMismatch to the repetition, which a Replace settles.
    /// </summary>
    private static bool IsTransient(Exception exception) =>
        exception is OrleansException or IOException or System.Net.Sockets.SocketException;

    private string TimedOut(string operation, int attempts, Exception? rejection)
    {
        LogTimedOut(logger, rejection, operation, _timeout.TotalMilliseconds, attempts);
        return $"No answer from the stash grain within {_timeout.TotalMilliseconds:0} ms and {attempts} attempt(s){(rejection is null ? "." : $"; the last was rejected: {rejection.GetType().Name}.")}";
    }

    [LoggerMessage(2000, LogLevel.Warning, "No answer from the stash grain to '{Operation}' within {TimeoutMs} ms and {Attempts} attempt(s)")]
    private static partial void LogTimedOut(ILogger logger, Exception? exception, string operation, double timeoutMs, int attempts);

    [LoggerMessage(2001, LogLevel.Error, "The stash grain could not be called for '{Operation}'. Does a silo of the cluster call siloBuilder.AddLiveStash()?")]
    private static partial void LogFailed(ILogger logger, Exception exception, string operation);

    [LoggerMessage(2002, LogLevel.Debug, "'{Operation}' reached the stash grain with attempt {Attempt}")]
    private static partial void LogRetried(ILogger logger, string operation, int attempt, Exception? exception);
}
