using System.Runtime.CompilerServices;
using LiveStash.Orleans.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace LiveStash.Orleans.Engines;

/// <summary>
/// Calls the grain of a stash, in this process or over the network. Answers within <see cref="LiveStashOptions.EngineTimeout"/>
/// whatever the cluster does. Within that time it sends a call again that was rejected by a stopping silo, and one that has no
/// answer after a while: what is under way through a gateway that closes can be lost without notice. The grain recognizes
/// repetitions, and <see cref="RetryBudget"/> bounds them.
/// </summary>
/// <remarks>
/// One for each circuit, which writes to its stash again and again: the reference to that grain is made once. Safe for concurrent
/// use, and for any stash.
/// </remarks>
internal sealed partial class OrleansEngine(OrleansEngineServices services) : IStashEngine
{
    /// <summary>The wait after a rejection, in the middle; doubled for each further one.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest wait after a rejection: a page waits, and a silo's successor is usually there in less.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The wait after a gateway or a grain has said that it has too much to do, in the middle.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromSeconds(1);

    private static readonly Func<IStashGrain, WireOpen, ValueTask<WireOpened>> OpenGrain = static (grain, call) => grain.OpenAsync(call);
    private static readonly Func<IStashGrain, WireWrite, ValueTask<WireResult>> WriteGrain = static (grain, call) => grain.WriteAsync(call);
    private static readonly Func<IStashGrain, WireTouch, ValueTask<WireResult>> TouchGrain = static (grain, call) => grain.TouchAsync(call);
    private static readonly Func<IStashGrain, WireClear, ValueTask<WireResult>> ClearGrain = static (grain, call) => grain.ClearAsync(call);

    private readonly long _sender = services.NewSender();
    private long _number;
    private Reference? _latest;
    private FirstAnswer<WireResult>? _spare;

    private WireCall NewCall => new(_sender, Interlocked.Increment(ref _number));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
    {
        terms.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        var call = new WireOpen(id, NewCall, mode, terms);
        services.Retries.OnCall();
        var started = services.Time.GetTimestamp();
        var first = new FirstAnswer<WireOpened>();
        await first.WaitAsync(Invoke(id, call, OpenGrain), services.Patience.TokenFor(started, cancellationToken)).ConfigureAwait(false);
        if (first.TryGet(out var inTime))
        {
            return inTime.ToResult();
        }

        var (answer, failure) = await CallAsync("open", id, call, OpenGrain, first.AsTask(), started, cancellationToken).ConfigureAwait(false);
        return failure is null ? answer!.ToResult() : new(StashOutcome.Unavailable, failure);
    }

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default)
    {
        write.Terms.ThrowIfInvalid();
        return ChangeAsync("write", id, new WireWrite(id, NewCall, write), WriteGrain, cancellationToken);
    }

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default)
    {
        terms.ThrowIfInvalid();
        return ChangeAsync("touch", id, new WireTouch(id, epoch, terms), TouchGrain, cancellationToken);
    }

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        ChangeAsync("clear", id, new WireClear(id, NewCall, epoch), ClearGrain, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StashResult> ChangeAsync<TCall>(
        string operation, StashId id, TCall call, Func<IStashGrain, TCall, ValueTask<WireResult>> invoke, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        services.Retries.OnCall();
        var started = services.Time.GetTimestamp();
        var first = Interlocked.Exchange(ref _spare, null) ?? new();
        await first.WaitAsync(Invoke(id, call, invoke), services.Patience.TokenFor(started, cancellationToken)).ConfigureAwait(false);
        if (first.TryGet(out var inTime))
        {
            if (first.TryReset())
            {
                _spare = first;
            }

            return inTime.ToResult();
        }

        var (answer, failure) = await CallAsync(operation, id, call, invoke, first.AsTask(), started, cancellationToken).ConfigureAwait(false);
        return failure is null ? answer.ToResult() : new(StashOutcome.Unavailable, Detail: failure);
    }

    private ValueTask<TAnswer> Invoke<TCall, TAnswer>(StashId id, TCall call, Func<IStashGrain, TCall, ValueTask<TAnswer>> invoke)
    {
        try
        {
            return invoke(GrainOf(id), call);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<TAnswer>(exception);
        }
    }

    private IStashGrain GrainOf(StashId id)
    {
        var latest = _latest;
        if (latest is null || latest.Id != id)
        {
            _latest = latest = new(id, services.GrainOf(id));
        }

        return latest.Grain;
    }

    /// <summary>
    /// Calls until there is an answer or the time is over, and then says what failed. Goes on from the first attempt, which
    /// has failed or is taking long.
    /// </summary>
    private async ValueTask<(TAnswer? Answer, string? Failure)> CallAsync<TCall, TAnswer>(
        string operation,
        StashId id,
        TCall call,
        Func<IStashGrain, TCall, ValueTask<TAnswer>> invoke,
        Task<TAnswer> first,
        long started,
        CancellationToken cancellationToken)
    {
        var time = services.Time;
        var delay = FirstDelay;
        var patience = Left(services.Patience.Length);
        var isBusy = false;
        Exception? rejection = null;
        var (latest, underWay) = (first, (Task<TAnswer>?)first);
        for (var attempt = 1; ;)
        {
            try
            {
                if (underWay is null)
                {
                    // Many pages lose the same silo at the same moment; without jitter they would come back at the same moment too.
                    await Task.Delay(Shorter((isBusy ? BusyDelay : delay) * (0.5 + Random.Shared.NextDouble()), Left(services.Timeout)), time, cancellationToken).ConfigureAwait(false);
                    delay = Shorter(delay * 2, MaxDelay);
                }
                else
                {
                    var answer = await underWay.WaitAsync(Shorter(patience, Left(services.Timeout)), time, cancellationToken).ConfigureAwait(false);
                    if (attempt > 1)
                    {
                        LogRepeated(services.Logger, operation, attempt, rejection);
                    }

                    return (answer, null);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                underWay?.Ignore();
                throw;
            }
            catch (TimeoutException) when (underWay is not { IsFaulted: true })
            {
                // An answer to an earlier attempt is as good.
            }
            catch (Exception exception) when (IsTransient(exception))
            {
                (rejection, underWay) = (exception, null);
                isBusy = IsBusy(exception);
                continue;
            }
            catch (Exception exception)
            {
                LogFailed(services.Logger, exception, operation);
                return (default, $"The stash grain could not be called ({exception.GetType().Name}): {exception.Message}");
            }

            if (Left(services.Timeout) <= TimeSpan.Zero)
            {
                underWay?.Ignore();
                LogTimedOut(services.Logger, rejection, operation, services.Timeout.TotalMilliseconds, attempt);
                return (default, $"No answer from the stash grain within {services.Timeout.TotalMilliseconds:0} ms and {attempt} attempt(s){(rejection is null ? "." : $"; one was rejected: {rejection.GetType().Name}.")}");
            }

            // Who has too much to do gets no copy of a call that it may have.
            isBusy |= IsBusy(latest.Exception?.InnerException);
            if (underWay is not null && isBusy)
            {
                // It is waited for.
            }
            else if (!services.Retries.TryTake())
            {
                services.Metrics.Withheld(operation);
            }
            else
            {
                services.Metrics.Repeated(operation, isCopy: underWay is not null);
                attempt++;
                latest = Invoke(id, call, invoke).AsTask();
                underWay = underWay is null ? latest : FirstAnswer(underWay, latest);
            }

            patience = services.Patience.Length;
        }

        TimeSpan Left(TimeSpan whole)
        {
            var left = whole - time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The answer that comes first; a failure only when both have failed.</summary>
    private static async Task<TAnswer> FirstAnswer<TAnswer>(Task<TAnswer> before, Task<TAnswer> current)
    {
        var first = await Task.WhenAny(before, current).ConfigureAwait(false);
        var other = first == before ? current : before;
        if (first.IsCompletedSuccessfully)
        {
            other.Ignore();
            return await first.ConfigureAwait(false);
        }

        first.Ignore();
        return await other.ConfigureAwait(false);
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>
    /// Whether another attempt may reach a silo: the call was rejected ("Silo stopping"), its connection broke, or a silo gave up the
    /// search for the grain, since the one that knew where it is has died.
    /// </summary>
    private static bool IsTransient(Exception exception) =>
        exception is OrleansException or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException;

    private static bool IsBusy(Exception? exception) => exception is GatewayTooBusyException or LimitExceededException;

    private sealed record Reference(StashId Id, IStashGrain Grain);

    [LoggerMessage(2000, LogLevel.Warning, "No answer from the stash grain to '{Operation}' within {TimeoutMs} ms and {Attempts} attempt(s)")]
    private static partial void LogTimedOut(ILogger logger, Exception? exception, string operation, double timeoutMs, int attempts);

    [LoggerMessage(2001, LogLevel.Error, "The stash grain could not be called for '{Operation}'. Is this host stopping? If not: does every silo of the cluster call siloBuilder.AddLiveStash()?")]
    private static partial void LogFailed(ILogger logger, Exception exception, string operation);

    [LoggerMessage(2002, LogLevel.Debug, "'{Operation}' reached the stash grain with attempt {Attempt}")]
    private static partial void LogRepeated(ILogger logger, string operation, int attempt, Exception? exception);
}
