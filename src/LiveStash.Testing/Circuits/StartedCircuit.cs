using System.Diagnostics.Metrics;
using LiveStash.Hosting;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace LiveStash.Testing;

/// <summary>
/// The circuit of a page that has none: of components that a test renders. Starts the session before the first of them, and tells it
/// of each event and each render, which in a circuit come in from the browser.
/// </summary>
internal sealed class StartedCircuit(
    TestStash stash,
    StashSession session,
    NavigationManager navigation,
    IStashSerializer serializer,
    IOptions<LiveStashOptions> options,
    IEnumerable<IConfigureStashCircuit> configurations,
    IMeterFactory meters) : IDisposable
{
    private readonly MeterListener _listener = new();
    private SynchronizationContext? _dispatcher;
    private string? _refusal;

    public IStashSerializer Serializer => serializer;

    /// <summary>Starts the session, once. On the dispatcher of the renderer.</summary>
    public void Start()
    {
        if (_dispatcher is not null)
        {
            // Nor does the next component, without what was to be recovered.
            ThrowIfRefused();
            return;
        }

        _dispatcher = SynchronizationContext.Current ?? throw new InvalidOperationException("The first component was not made on the dispatcher of a renderer.");
        stash.Begin(this, options.Value.TimeToLive, configurations.Any());
        var starting = session.StartAsync(new(navigation.Uri));
        _refusal = !starting.IsCompleted ? "The engine takes its time, and a page that comes back is not rendered before it answers. For a page that was started without, set Engine.IsUnavailable."
            : !session.IsActive ? "The stash could not be started. The log says why: Services.AddLogging(...)."
            : null;
        ThrowIfRefused();
        session.ConnectionUp();
        Listen();
    }

    /// <summary>Does what a circuit does by and by.</summary>
    /// <param name="waits">Whether to wait until it is saved.</param>
    public Task SettleAsync(bool waits) => InvokeAsync(() =>
    {
        var settled = session.FlushAsync();
        return waits ? settled : Task.CompletedTask;
    });

    /// <summary>The connection is lost, and the server gives the circuit up.</summary>
    public Task EndAsync() => InvokeAsync(async () =>
    {
        session.ConnectionDown();
        var closing = session.CloseAsync();
        if (stash.Engine.Gate is { Task.IsCompleted: false })
        {
            // Nobody answers, and the clock stands still.
            stash.Time.Advance(options.Value.EngineTimeout);
        }

        await closing;
        _listener.Dispose();
    });

    public void Dispose() => _listener.Dispose();

    private void ThrowIfRefused()
    {
        if (_refusal is not null)
        {
            throw new InvalidOperationException(_refusal);
        }
    }

    private Task InvokeAsync(Func<Task> work)
    {
        if (SynchronizationContext.Current == _dispatcher)
        {
            return work();
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _dispatcher!.Post(
            async void (_) =>
            {
                try
                {
                    await work();
                    done.SetResult();
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            null);
        return done.Task;
    }

    /// <summary>By the renderer's own metrics: of no other renderer, since they are of the meters of this container.</summary>
    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name is EventMetric or RenderMetric)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, _, _) =>
        {
            if (instrument.Name == RenderMetric)
            {
                // The browser acknowledges it.
                session.ActivityStarts();
            }

            session.ActivityEnded();
        });
        _listener.Start();
    }

    private const string EventMetric = "aspnetcore.components.handle_event.duration";
    private const string RenderMetric = "aspnetcore.components.render_diff.duration";
}
