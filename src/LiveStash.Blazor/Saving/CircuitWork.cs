using System.Diagnostics;
using LiveStash.Declaring;
using LiveStash.Measuring;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace LiveStash.Saving;

/// <summary>Work that nobody waits for, now or by a timer, on the dispatcher of one circuit and only as long as that lives.</summary>
internal sealed partial class CircuitWork(TimeProvider time, ILogger<CircuitWork> logger) : IDisposable
{
    private readonly List<ITimer> _periodic = [];
    private readonly CancellationTokenSource _stop = new();
    private SynchronizationContext? _dispatcher;
    private ITimer? _delayed;

    /// <summary>Whether <see cref="Capture"/> was called: this is a circuit, not a prerendering request.</summary>
    public bool IsCaptured { get; private set; }

    /// <summary>The dispatcher that was captured, as components have it; <see langword="null"/> before one has told.</summary>
    public Dispatcher? Dispatcher { get; set; }

    /// <summary>The recovery with which the circuit started, if that is followed.</summary>
    public ActivityContext Origin { get; private set; }

    /// <summary>Cancelled when the circuit is over.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Takes the caller's dispatcher as the one to work on.</summary>
    public void Capture()
    {
        _dispatcher = SynchronizationContext.Current;
        Origin = StashActivities.Origin;
        IsCaptured = true;
    }

    /// <summary>Runs work after what the dispatcher is doing now.</summary>
    public void Post(Func<Task> work)
    {
        if (_dispatcher is null)
        {
            Run(work);
        }
        else
        {
            _dispatcher.Post(_ => Run(work), null);
        }
    }

    /// <inheritdoc cref="Post(Func{Task})"/>
    public void Post(Action work) => Post(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Runs work after what the dispatcher is doing now: before this returns, where it is doing nothing.</summary>
    public void RunNext(Action work)
    {
        if (Dispatcher is null)
        {
            Post(work);
            return;
        }

        _ = Dispatcher.InvokeAsync(() => Run(() =>
        {
            work();
            return Task.CompletedTask;
        }));
    }

    /// <summary>Runs work after all that waits for the dispatcher: before this returns, where it is doing nothing.</summary>
    /// <remarks>
    /// Blazor takes note of an acknowledged render at once, and forgets the handlers that the render has replaced. Events that were sent
    /// before it, and still wait for the dispatcher of a busy server, are for those, and would be lost.
    /// </remarks>
    public Task InOrderAsync(Func<Task> work)
    {
        if (Dispatcher is not null)
        {
            return Dispatcher.InvokeAsync(work);
        }

        if (_dispatcher is null)
        {
            return work();
        }

        var begun = new TaskCompletionSource<Task>();
        _dispatcher.Post(_ => begun.SetResult(BeginAsync()), null);
        return begun.Task.Unwrap();

        // What it throws at once is its task's too, else nobody would be answered.
        async Task BeginAsync() => await work();
    }

    public void Every(TimeSpan period, Func<Task> work)
    {
        if (!_stop.IsCancellationRequested)
        {
            _periodic.Add(time.CreateTimer(
                _ =>
                {
                    // Made while the circuit starts, it would put all that it ever does into the trace of that.
                    Activity.Current = null;
                    Post(work);
                },
                null,
                period,
                period));
        }
    }

    /// <summary>Replaces what an earlier call still has waiting.</summary>
    public void After(TimeSpan delay, Func<Task> work)
    {
        _delayed?.Dispose();
        _delayed = _stop.IsCancellationRequested ? null : time.CreateTimer(_ => Post(work), null, delay, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _delayed?.Dispose();
        _periodic.ForEach(static timer => timer.Dispose());
    }

    /// <summary>What it throws on purpose, the dispatcher makes an error of the circuit.</summary>
    private async void Run(Func<Task> work)
    {
        try
        {
            if (!_stop.IsCancellationRequested)
            {
                await work();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It waited for something that does not come any more.
        }
        catch (Exception exception) when (exception is not DuplicateKeyException)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(1300, LogLevel.Error, "Work of the stash in the background failed.")]
    private partial void LogFailed(Exception exception);
}
