using LiveStash.Browser;
using LiveStash.Declaring;
using LiveStash.Engines;
using LiveStash.Hosting;
using LiveStash.Measuring;
using LiveStash.Recovering;
using LiveStash.Saving;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Watching;

/// <summary>The stash of one circuit, from its start to its end. On the circuit's dispatcher, which is its only lock.</summary>
internal sealed partial class StashSession(
    IServiceProvider services,
    IOptions<LiveStashOptions> options,
    IEnumerable<IConfigureStashCircuit> configurations,
    IEnumerable<StashedService> stashedServices,
    IStashSessionKeyProvider sessionKeys,
    StashBrowser browser,
    TagFinder finder,
    StashTags tags,
    IdentityWatch identity,
    StashPlans plans,
    CircuitWork work,
    TimeProvider time,
    StashMetrics metrics,
    ILogger<StashSession> logger) : IStash
{
    /// <summary>How often to look where nothing happens that would be a reason to.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    /// <summary>A timer takes 49 days at most, a time to live may be years.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    private StashClient? _client;
    private StashSaver? _saver;
    private StashRecovery? _recovery;
    private SlotWatch? _watch;
    private bool _closed;
    private bool _isPrerendering;
    private bool _awaitsServices;

    public event Action<StashSaveResult>? Saved;

    public bool IsActive => _watch is not null && !_closed && !_isPrerendering;

    public string Engine { get; private set; } = options.Value.Engine;

    public long AcknowledgedWrites => _client?.AcknowledgedWrites ?? 0;

    public bool HasUnsavedChanges => _saver?.HasUnsaved == true || _watch?.HasUnserializable == true;

    /// <summary>Opens the stash. Never throws: whatever goes wrong, the page starts, with its initial values.</summary>
    public async Task StartAsync(Uri uri)
    {
        work.Capture();
        var started = metrics.Now();
        try
        {
            var circuit = Configure(uri);
            var terms = new StashTerms(circuit.TimeToLive, circuit.Durability);
            var sessionKey = await sessionKeys.GetSessionKeyAsync(work.Stopped);
            identity.Start(this, sessionKey);
            var (client, saver, recovery, watch) = Make(circuit, terms, sessionKey, isReadOnly: false);
            saver.Opening = () => OpenLateAsync(recovery, watch);
            saver.Announcing = () => watch.Look();
            saver.Saved += Tell;
            var finding = finder.FindAsync(Engine, sessionKey, new(FlushAsync, MarkAsync), work.Stopped);
            await recovery.OpenAsync(finding, work);
            (_client, _saver, _recovery, _watch) = (client, saver, recovery, watch);
            await identity.CatchUpAsync();
            work.Every(terms.TimeToLive < LongestPeriod * 4 ? terms.TimeToLive / 4 : LongestPeriod, KeepAliveAsync);
            work.Every(LookPeriod, () =>
            {
                watch.Look();
                return Task.CompletedTask;
            });
            AttachServices();
            metrics.Opened(Engine, recovery.Opened, started);
            StashActivities.Recovered(Engine, recovery.Opened);
            if (client.MustOpen)
            {
                work.Post(async () =>
                {
                    await finding;
                    saver.Retry();
                });
            }
            else
            {
                // What is given up goes, and a copy is this tab's own from now on, so it has to be somewhere.
                work.Post(saver.Save);
            }
        }
        catch (OperationCanceledException) when (work.Stopped.IsCancellationRequested)
        {
            // The page has gone while it was being held.
        }
        catch (Exception exception)
        {
            metrics.Opened(Engine, StashStatus.Error, started);
            StashActivities.Recovered(Engine, StashStatus.Error);
            LogNotStarted(exception, Engine);
        }

        _hasOpened = true;
    }

    /// <summary>
    /// Has components that are prerendered show what the tab has, as the circuit will. Never throws, and takes no longer than
    /// <see cref="LiveStashOptions.EngineTimeout"/>: without an answer they show their initial values.
    /// </summary>
    /// <param name="uri">The address of the page.</param>
    /// <param name="engineName">The engine that the page had when it was left.</param>
    /// <param name="told">What the browser says of its tab.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the page any more.</param>
    /// <returns>Whether there is something to be shown.</returns>
    public async Task<bool> PrerenderAsync(Uri uri, string engineName, StashGreeting told, CancellationToken cancellationToken)
    {
        try
        {
            var circuit = Configure(uri);
            if (circuit.Engine == engineName && await ReadAsync(circuit, told, cancellationToken).WaitAsync(options.Value.EngineTimeout, time, cancellationToken) is { } read)
            {
                (_client, _saver, _watch) = read;
                _isPrerendering = _awaitsServices = true;
            }
        }
        catch (Exception exception)
        {
            LogNotPrerendered(exception, Engine);
        }

        return _isPrerendering;
    }

    /// <summary>The circuit ends: a last look. Components are disposed of next, and none of that is a change.</summary>
    public async Task CloseAsync()
    {
        if (IsActive)
        {
            _watch!.Close();
            _closed = true;
            if (_saver!.Changes.Count > 0)
            {
                // Bounded, as each call of the engine and of the browser is; here both may be gone.
                await ((Task)_saver.SaveAsync(SaveReason.Close)).WaitAsync(options.Value.EngineTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        _closed = true;
        work.Dispose();
    }

    /// <summary>Does what comes in from the browser, after what came in before it. Called off the dispatcher.</summary>
    public async Task ActAsync(Func<Task> act)
    {
        ActivityStarts();
        SlotWatch.Incoming.Value = Arrival.FromBrowser();
        try
        {
            await work.InOrderAsync(act);
        }
        finally
        {
            ActivityEnded();
        }
    }

    /// <summary>Something comes in from the browser.</summary>
    public void ActivityStarts() => _watch?.ActivityStarts();

    /// <summary>It was handled.</summary>
    public void ActivityEnded() => _watch?.ActivityEnded();

    /// <summary>Saves what has changed, and answers whether all is saved.</summary>
    public async Task<bool> FlushAsync() => IsActive && (await _watch!.FlushAsync()).IsSaved;

    /// <summary>Has a component that was just made take part.</summary>
    public void Follow(IComponent component, StashPlan plan)
    {
        if (_awaitsServices)
        {
            // Not before: what services are made with, the address for example, is there once rendering has begun.
            _awaitsServices = false;
            AttachServices();
        }

        SlotWatch.Incoming.Value ??= Arrival.FromElsewhere();
        if (component is ErrorBoundaryBase boundary)
        {
            _watch?.Boundaries.Add(boundary);
        }

        if (_client is { } client && (client.MustOpen || HoldsService(component)))
        {
            _watch!.Holders.Add(component);
        }

        if (plan.Properties.Count == 0 || _watch is null || _closed)
        {
            // Nothing to keep; prerendering a page that is opened anew; or a circuit that could not start its stash.
            return;
        }

        _ = _client!.StoreTagAsync();
        if (component is IStashProxy proxy)
        {
            proxy.StashHook = new ComponentHook(_watch, component, plan);
        }
        else if (plan.Key.IsEmpty)
        {
            LogUnhooked(plan.TypeName);
            _watch.LoadingStarts(_watch.Attach(component, plan, new(), null, isHooked: false));
        }
        else
        {
            // Named by its type alone, it would take what another instance has saved.
            var message = $"{plan.TypeName} is sealed, or made by an IComponentActivator of the app, so its key cannot be known. Remove 'sealed'.";
            if (plans.IsDevelopment)
            {
                throw new InvalidOperationException(message);
            }

            LogNotKept(message);
        }
    }

    /// <inheritdoc />
    public IStashSlot Attach(object owner, StashSlotSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (_watch is null || _closed)
        {
            return AbsentSlot.Of(Status);
        }

        _ = _client!.StoreTagAsync();
        settings ??= (owner as IHasStashSettings)?.StashSettings ?? new();
        return _watch.Attach(owner, StashPlan.Of(owner), settings, settings.Key, isHooked: true);
    }

    /// <inheritdoc />
    public IStashSlot For(object owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return (IStashSlot?)_watch?.Find(owner) ?? AbsentSlot.Of(Status);
    }

    /// <inheritdoc />
    public Task<StashSaveResult> StashAsync() => _watch?.SaveAsync() ?? Task.FromResult(AbsentSlot.NotKept);

    /// <inheritdoc />
    public Task<StashSaveResult> ResetAsync() => _watch?.ResetAsync() ?? Task.FromResult(AbsentSlot.NotKept);

    /// <summary>Of an owner without a slot: in a circuit, the stash could not be started.</summary>
    private StashStatus Status => work.IsCaptured && _watch is null ? StashStatus.Error : StashStatus.New;

    /// <summary>They get values late with a sign-in, too: those of the user who is there then.</summary>
    private bool HoldsService(IComponent component) => !_isPrerendering && stashedServices.Any(stashed => LateHolders.MayHold(component, stashed.Type));

    private async Task<bool> OpenLateAsync(StashRecovery recovery, SlotWatch watch)
    {
        var isOpen = await recovery.OpenLateAsync(watch.Slots, () => watch.Look(), watch.GivenLate);
        if (isOpen && !stashedServices.Any())
        {
            watch.Holders.Clear();
        }

        return isOpen;
    }

    private StashCircuitOptions Configure(Uri uri)
    {
        var circuit = new StashCircuitOptions { Engine = options.Value.Engine, TimeToLive = options.Value.TimeToLive };
        foreach (var configuration in configurations)
        {
            configuration.Configure(circuit, uri);
        }

        Engine = circuit.Engine;
        return circuit;
    }

    private (StashClient Client, StashSaver Saver, StashRecovery Recovery, SlotWatch Watch) Make(StashCircuitOptions circuit, StashTerms terms, string sessionKey, bool isReadOnly)
    {
        terms.ThrowIfInvalid();
        var engine = services.GetRequiredKeyedService<IStashEngine>(circuit.Engine);
        var client = new StashClient(engine, circuit.Engine, terms, browser, tags, sessionKey, Logger<StashClient>()) { IsReadOnly = isReadOnly, IsKeptInTab = engine is FallbackEngine or BrowserEngine };
        var saver = new StashSaver(client, work, options.Value, metrics, Logger<StashSaver>());
        var recovery = new StashRecovery(client, saver, browser, time, options.Value, metrics, Logger<StashRecovery>());
        var watch = new SlotWatch(saver, recovery, plans, services.GetRequiredService<IStashSerializer>(), work, time, circuit, metrics, Logger<SlotWatch>());
        return (client, saver, recovery, watch);
    }

    private async Task<(StashClient Client, StashSaver Saver, SlotWatch Watch)?> ReadAsync(StashCircuitOptions circuit, StashGreeting told, CancellationToken cancellationToken)
    {
        var sessionKey = await sessionKeys.GetSessionKeyAsync(cancellationToken);
        var (client, saver, recovery, watch) = Make(circuit, new(circuit.TimeToLive, circuit.Durability), sessionKey, isReadOnly: true);
        return await recovery.ReadAsync(finder.Find(told, sessionKey, SessionKeyProvider.VisitorKey)) ? (client, saver, watch) : null;
    }

    /// <summary>Tells those that listen. What one of them throws is not the others' affair, nor of whoever waits for the answer.</summary>
    private void Tell(StashSaveResult result)
    {
        foreach (var listener in Delegate.EnumerateInvocationList(Saved))
        {
            try
            {
                listener(result);
            }
            catch (Exception exception)
            {
                LogSavedFailed(exception, listener.Method.DeclaringType, listener.Method.Name);
            }
        }
    }

    private Task<bool> MarkAsync() => IsActive ? _client!.StoreTagAsync() : Task.FromResult(false);

    private void AttachServices()
    {
        foreach (var stashed in stashedServices)
        {
            try
            {
                stashed.ThrowIfShared();
                Attach(services.GetRequiredService(stashed.Type));
            }
            catch (Exception exception) when (!plans.IsDevelopment)
            {
                LogService(exception, stashed.Type.ToString());
            }
        }
    }

    private ILogger<T> Logger<T>() => services.GetRequiredService<ILogger<T>>();

    [LoggerMessage(1200, LogLevel.Error, "The stash of this circuit could not be started with the engine '{Engine}'; the page works, nothing is saved.")]
    private partial void LogNotStarted(Exception exception, string engine);

    [LoggerMessage(1214, LogLevel.Information, "The stash could not be read from the engine '{Engine}' for the prerendered page, which shows initial values until its circuit starts.")]
    private partial void LogNotPrerendered(Exception exception, string engine);

    [LoggerMessage(1209, LogLevel.Debug, "{Type} is sealed, or another activator made it: several instances of it cannot be told apart, nor its initialization from what the user does right after.")]
    private partial void LogUnhooked(string type);

    [LoggerMessage(1210, LogLevel.Error, "The service {Type} could not be recovered; it starts with its initial values.")]
    private partial void LogService(Exception exception, string type);

    [LoggerMessage(1211, LogLevel.Error, "Not kept: {Message}")]
    private partial void LogNotKept(string message);

    [LoggerMessage(1216, LogLevel.Error, "A handler of IStash.Saved failed, {Type}.{Method}; the others were told.")]
    private partial void LogSavedFailed(Exception exception, Type? type, string method);
}
