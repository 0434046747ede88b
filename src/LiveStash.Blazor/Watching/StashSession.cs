using System.Runtime.CompilerServices;
using LiveStash.Browser;
using LiveStash.Comparing;
using LiveStash.Declaring;
using LiveStash.Hosting;
using LiveStash.Recovering;
using LiveStash.Saving;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Watching;

/// <summary>
/// The stash of one circuit: knows who takes part, and when to look at them. Lives on the circuit's dispatcher, which is its
/// only lock.
/// </summary>
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
    ILogger<StashSession> logger) : IStash, ISlotEvents
{
    /// <summary>How often to look where nothing happens that would be a reason to.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    /// <summary>A timer takes 49 days at most, a time to live may be years.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    private static readonly StashSaveResult Inactive = new(StashOutcome.Unavailable, Detail: "There is no live circuit.");

    private readonly Dictionary<string, StashSlot> _slots = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<object, StashSlot> _owners = [];
    private readonly List<(StashSlot Former, StashSlot Present)> _contested = [];
    private readonly HashSet<string> _duplicates = new(StringComparer.Ordinal);
    private readonly IStashSerializer _serializer = services.GetRequiredService<IStashSerializer>();
    private readonly List<Action<StashSaveResult>> _listeners = [];
    private StashClient? _client;
    private StashSaver _saver = default!;
    private StashRecovery _recovery = default!;
    private bool _isAutomatic = true;
    private bool _connected;
    private bool _closed;
    private bool _caught;
    private long _activities;
    private int _loading;

    public event Action<StashSaveResult>? Saved
    {
        add => _listeners.Add(value!);
        remove => _listeners.Remove(value!);
    }

    public bool IsActive => _client is not null && !_closed;

    public string Engine { get; private set; } = options.Value.Engine;

    public long AcknowledgedWrites => _client?.AcknowledgedWrites ?? 0;

    public bool HasUnsavedChanges => _client is not null && _saver.HasUnsaved;

    /// <summary>Opens the stash. Never throws: whatever goes wrong, the page starts, with its initial values.</summary>
    public async Task StartAsync(Uri uri, CancellationToken cancellationToken)
    {
        work.Capture();
        try
        {
            var circuit = new StashCircuitOptions { Engine = options.Value.Engine, TimeToLive = options.Value.TimeToLive };
            foreach (var configuration in configurations)
            {
                configuration.Configure(circuit, uri);
            }

            (Engine, _isAutomatic) = (circuit.Engine, circuit.AutoSave);
            var terms = new StashTerms(circuit.TimeToLive, circuit.Durability);
            terms.ThrowIfInvalid();
            var engine = services.GetRequiredKeyedService<IStashEngine>(Engine);
            var sessionKey = await sessionKeys.GetSessionKeyAsync(cancellationToken);
            var client = new StashClient(engine, Engine, terms, browser, tags, sessionKey, Logger<StashClient>());
            _saver = new(client, work, options.Value, Logger<StashSaver>()) { Opening = OpenLateAsync, Announcing = () => Look() };
            _saver.Saved += result => _listeners.ToList().ForEach(listener => listener(result));
            _recovery = new(client, _saver, time, options.Value, Logger<StashRecovery>());
            await _recovery.OpenAsync(await finder.FindAsync(Engine, sessionKey, cancellationToken), browser, cancellationToken);
            _client = client;
            identity.Start(this, sessionKey);
            work.Every(terms.TimeToLive < LongestPeriod * 4 ? terms.TimeToLive / 4 : LongestPeriod, KeepAliveAsync);
            work.Every(LookPeriod, () =>
            {
                Look();
                return Task.CompletedTask;
            });
            foreach (var stashed in stashedServices)
            {
                AttachService(stashed);
            }

            if (client.MustOpen)
            {
                _saver.Retry();
            }
            else
            {
                // A copy is this tab's own from now on, so it has to be somewhere.
                work.Post(_saver.Save);
            }
        }
        catch (Exception exception)
        {
            LogNotStarted(exception, Engine);
        }
    }

    public void ConnectionUp()
    {
        _connected = true;
        if (_client is { } client && (client.MustOpen || _saver.HasUnsaved))
        {
            _saver.Retry();
        }
    }

    public void ConnectionDown()
    {
        _connected = false;
        Look();
    }

    /// <summary>The circuit ends: a last look. Components are disposed of next, and none of that is a change.</summary>
    public async Task CloseAsync()
    {
        if (IsActive)
        {
            Look();
            _closed = true;
            if (_saver.Changes.Count > 0)
            {
                // Bounded, as each call of the engine and of the browser is; here both may be gone.
                await ((Task)_saver.SaveAsync()).WaitAsync(options.Value.EngineTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        _closed = true;
        work.Dispose();
    }

    /// <summary>Something comes in from the browser. Called off the dispatcher.</summary>
    public void ActivityStarts()
    {
        if (Volatile.Read(ref _loading) > 0 && IsActive)
        {
            // What initializations have set by now is not what this event is about to change.
            work.Post(() =>
            {
                foreach (var slot in _slots.Values)
                {
                    if (slot.Loading > 0)
                    {
                        slot.TakeInitialization();
                        slot.IsFollowed = true;
                    }
                }
            });
        }
    }

    /// <summary>It was handled, as far as that goes at once. Called off the dispatcher.</summary>
    public void ActivityEnded()
    {
        if (IsActive)
        {
            work.Post(AfterActivity);
        }
    }

    /// <summary>Has a component that was just made take part.</summary>
    public void Follow(IComponent component, StashPlan plan)
    {
        if (plan.Properties.Count == 0 || !work.IsCaptured)
        {
            return;
        }

        if (component is IStashProxy proxy)
        {
            proxy.StashHook = new ComponentHook(this, component, plan);
            return;
        }

        if (!plan.Key.IsEmpty)
        {
            // Named by its type alone, it would take what another instance has saved.
            var message = $"{plan.TypeName} is sealed, or made by an IComponentActivator of the app, so its key cannot be known. Remove 'sealed'.";
            if (plans.IsDevelopment)
            {
                throw new InvalidOperationException(message);
            }

            LogNotKept(message);
            return;
        }

        LogUnhooked(plan.TypeName);
        var slot = Attach(component, plan, new(), null, isHooked: false);
        LoadingStarts(slot);
    }

    /// <summary>An owner begins to initialize itself. What it sets until it has done so is not the user's change.</summary>
    public void LoadingStarts(StashSlot slot)
    {
        _loading++;
        slot.Loading++;
        slot.IsFollowed = false;
    }

    public void LoadingEnds(StashSlot slot)
    {
        if (slot.Loading > 0)
        {
            _loading--;
            if (--slot.Loading == 0)
            {
                slot.Loaded();
            }
        }
    }

    /// <inheritdoc />
    public IStashSlot Attach(object owner, StashSlotSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(owner);
        settings ??= (owner as IHasStashSettings)?.StashSettings ?? new();
        return Attach(owner, StashPlan.Of(owner), settings, settings.Key, isHooked: true);
    }

    /// <inheritdoc />
    public IStashSlot For(object owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return _owners.TryGetValue(owner, out var slot) ? slot : AbsentSlot.Instance;
    }

    /// <summary>Makes an owner a slot and recovers it, at once.</summary>
    public StashSlot Attach(object owner, StashPlan plan, StashSlotSettings settings, string? key, bool isHooked)
    {
        var slot = new StashSlot(this, owner, plan, settings, key, _serializer, plans.LeftOut(plan))
        {
            IsAutomatic = settings.AutoSave ?? (plan.Defaults.AutoSave && _isAutomatic),
            IsHooked = isHooked,
            BornIn = _activities,
        };
        _owners.AddOrUpdate(owner, slot);
        if (_client is null)
        {
            // Prerendering, or a circuit that could not start its stash.
            slot.Status = work.IsCaptured ? StashStatus.Error : StashStatus.New;
            return slot;
        }

        if (!plan.Key.IsEmpty)
        {
            slot.KeepInitial();
        }

        Place(slot);
        _ = _client.StoreTagAsync();
        return slot;
    }

    /// <summary>An owner that lives on has another key now: it goes on with what is saved under that one, or with what it was made with.</summary>
    public void Move(StashSlot slot, string? key)
    {
        if (!IsActive || slot.IsDisposed)
        {
            return;
        }

        LookAt(slot);
        if (_slots.GetValueOrDefault(slot.Name) == slot)
        {
            _slots.Remove(slot.Name);
            _recovery.Again(slot.Name);
        }

        slot.Rename(key);
        if (slot.Owner is { } owner)
        {
            foreach (var cell in slot.Cells)
            {
                if (cell.Initial is { } initial)
                {
                    slot.TryApply(cell, owner, initial);
                }
            }
        }

        Place(slot);
        _saver.Save();
    }

    /// <inheritdoc />
    public Task<StashSaveResult> StashAsync() => SaveAsync(_slots.Values);

    /// <inheritdoc />
    public Task<StashSaveResult> ResetAsync()
    {
        if (!IsActive)
        {
            return Task.FromResult(Inactive);
        }

        // The values of now: what is changed while the reset waits for its turn is a change after it.
        foreach (var slot in _slots.Values)
        {
            slot.Reset();
        }

        return _saver.ResetAsync(null);
    }

    /// <summary>An error boundary has caught something. What goes in this turn comes back when the user recovers.</summary>
    public void BoundaryCaught()
    {
        _caught = true;
        work.Post(() => _caught = false);
    }

    /// <summary>The user of the circuit is another one now.</summary>
    public Task RebindAsync(string sessionKey, bool takeAlong) => !IsActive ? Task.CompletedTask : _saver.InTurnAsync(() =>
    {
        if (!takeAlong)
        {
            _saver.Forget();
            foreach (var slot in _slots.Values)
            {
                slot.Reset();
            }
        }

        _client!.Rebind(sessionKey, takeAlong);
        work.Post(_saver.Save);
        return Task.FromResult(true);
    });

    void ISlotEvents.Changed(string entry, byte[] value) => _saver.Change(entry, value);

    void ISlotEvents.Removed(IEnumerable<string> entries) => _saver.Remove(entries);

    void ISlotEvents.Failed(StashSlot slot, StashCell cell, Exception exception) => LogUnserializable(exception, slot.Plan.TypeName, cell.Property.Name);

    void ISlotEvents.Dropped(StashSlot slot, StashCell cell, Exception exception) => LogDropped(exception, slot.Name, cell.Property.Name);

    void ISlotEvents.Leaving(StashSlot slot)
    {
        _loading -= slot.Loading;
        slot.Loading = 0;
        if (_slots.GetValueOrDefault(slot.Name) != slot)
        {
            return;
        }

        _slots.Remove(slot.Name);
        if (!IsActive)
        {
            return;
        }

        if (_caught)
        {
            _recovery.Again(slot.Name);
            return;
        }

        GiveUp(slot);
        work.Post(_saver.Save);
    }

    Task<StashSaveResult> ISlotEvents.SaveAsync(StashSlot slot) => SaveAsync([slot]);

    Task<StashSaveResult> ISlotEvents.ResetAsync(StashSlot slot)
    {
        if (!IsActive)
        {
            return Task.FromResult(Inactive);
        }

        string[] entries = [.. slot.Entries()];
        slot.Reset();
        return _saver.ResetAsync(entries);
    }

    private async Task<StashSaveResult> SaveAsync(IReadOnlyCollection<StashSlot> slots)
    {
        if (!IsActive)
        {
            return Inactive;
        }

        Look();
        foreach (var slot in slots.Where(slot => _slots.GetValueOrDefault(slot.Name) == slot))
        {
            slot.Look(isThorough: true);
        }

        var unserializable = slots.SelectMany(static slot => slot.Unserializable.Select(name => $"{slot.Plan.TypeName}.{name}")).ToArray();
        var result = await _saver.SaveAsync();
        return unserializable.Length == 0 || !result.IsSaved
            ? result
            : result with { Outcome = StashOutcome.Unserializable, Detail = $"{string.Join(", ", unserializable)} cannot be serialized; the log says why." };
    }

    private void AfterActivity()
    {
        Look(isAfterActivity: true);
        _activities++;
        if (_contested.Count > 0)
        {
            Contest();
        }
    }

    /// <summary>Looks at everybody for changes, and has those saved that there are.</summary>
    private void Look(bool isAfterActivity = false)
    {
        if (!IsActive)
        {
            return;
        }

        List<StashSlot>? gone = null;
        foreach (var slot in _slots.Values)
        {
            if (slot.Owner is null)
            {
                (gone ??= []).Add(slot);
            }
            else
            {
                LookAt(slot, isAfterActivity);
            }
        }

        gone?.ForEach(static slot => slot.Dispose());
        _saver.Save();
    }

    private void LookAt(StashSlot slot, bool isAfterActivity = false)
    {
        if (isAfterActivity && slot is { Loading: > 0, IsHooked: false })
        {
            // Nobody tells when its initialization is over; by now it was on its way to the screen.
            LoadingEnds(slot);
        }

        // While it initializes itself, only what an event changes in between is the user's.
        if (slot.IsAutomatic && (slot.Loading == 0 || (isAfterActivity && slot.IsFollowed)))
        {
            slot.Look();
        }
    }

    private void Place(StashSlot slot)
    {
        if (_slots.TryGetValue(slot.Name, out var former))
        {
            _slots.Remove(slot.Name);
            GiveUp(former);
            _contested.Add((former, slot));
        }

        _slots[slot.Name] = slot;
        _recovery.Recover(slot);
        if (slot.Status == StashStatus.Recovered)
        {
            (slot.Owner as IStashRecovered)?.OnStashRecovered();
        }
    }

    /// <summary>A last look. In a live circuit the entries of the <see cref="StashScope.Reconnect"/> scope go with their owner.</summary>
    private void GiveUp(StashSlot slot)
    {
        LookAt(slot);
        _saver.Remove([.. slot.Entries(StashScope.Reconnect)]);
    }

    /// <summary>
    /// Two owners of one key are there for a moment when one follows the other. Where both were made in the same turn and both
    /// are still there, nobody can tell them apart after a loss.
    /// </summary>
    private void Contest()
    {
        var living = _contested.Where(static pair =>
            pair is { Former: { IsDisposed: false, IsHooked: true, Owner: not null }, Present: { IsDisposed: false, Owner: not null } } && pair.Former.Name == pair.Present.Name && pair.Former.BornIn == pair.Present.BornIn).ToArray();
        _contested.Clear();
        foreach (var (former, present) in living)
        {
            var type = present.Plan.TypeName[(present.Plan.TypeName.LastIndexOfAny(['.', '+']) + 1)..];
            var message = $"Two components are attached to the stash as '{present.Name}', of which one is kept. Tell them apart: mark a parameter of {type} " +
                "with [StashKey] and give each instance a value that survives a reload, such as the item's id; with @key, as for every list.";
            if (plans.IsDevelopment)
            {
                throw new DuplicateKeyException(message);
            }

            if (_duplicates.Add(present.Name))
            {
                LogDuplicate(message);
            }
        }
    }

    private Task<bool> OpenLateAsync()
    {
        Look();
        return _recovery.OpenLateAsync(_slots.Values, static slot =>
        {
            (slot.Owner as IStashRecovered)?.OnStashRecovered();

            // As after an event without a handler: the component renders.
            _ = (slot.Owner as IHandleEvent)?.HandleEventAsync(EventCallbackWorkItem.Empty, null);
        });
    }

    private void AttachService(StashedService stashed)
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

    private async Task KeepAliveAsync()
    {
        if (_connected && _client is { Exists: true } client)
        {
            var result = await _saver.InTurnAsync(client.TouchAsync);
            if (!result.IsOk && _connected)
            {
                LogNotKeptAlive(result.Outcome, result.Detail);
            }
        }
    }

    private ILogger<T> Logger<T>() => services.GetRequiredService<ILogger<T>>();
}
