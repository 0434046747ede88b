using System.Buffers;
using LiveStash.Browser;
using LiveStash.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Sessions;

/// <summary>
/// The stash of one circuit: opens it before any component exists, attaches components, and gathers what they save into one
/// write per render batch. Lives on the circuit's dispatcher, which is its only lock.
/// </summary>
internal sealed partial class StashSession(
    IServiceProvider services,
    IOptions<LiveStashOptions> options,
    IEnumerable<IConfigureStashCircuit> configurations,
    IStashSessionKeyProvider sessionKeys,
    StashBrowser browser,
    TagFinder finder,
    StashTags tags,
    CircuitWork work,
    ILogger<StashSession> logger) : IStash
{
    private readonly Dictionary<string, StashSlot> _slots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);
    private readonly HashSet<StashSlot> _unsaved = [];
    private readonly HashSet<StashSlot> _recheck = [];
    private readonly TurnQueue _turns = new();
    private readonly Backoff _backoff = new();
    private readonly IStashSerializer _serializer = services.GetRequiredService<IStashSerializer>();
    private HashSet<StashSlot> _queued = [];
    private Task<StashSaveResult>? _flush;
    private StashClient? _client;
    private StashStatus _opened;
    private bool _lost;
    private bool _connected;
    private bool _closed;

    public event Action<StashSaveResult>? Saved;

    public bool IsActive => _client is not null && !_closed;

    public string Engine { get; private set; } = options.Value.Engine;

    public long AcknowledgedWrites => _client?.AcknowledgedWrites ?? 0;

    /// <summary>One buffer to serialize into, for all slots.</summary>
    public ArrayBufferWriter<byte> Scratch { get; } = new(256);

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

            Engine = circuit.Engine;
            var terms = new StashTerms(circuit.TimeToLive, circuit.Durability);
            terms.ThrowIfInvalid();
            var engine = services.GetRequiredKeyedService<IStashEngine>(Engine);
            var sessionKey = await sessionKeys.GetSessionKeyAsync(cancellationToken);
            var client = new StashClient(
                engine, Engine, terms, browser, tags, sessionKey, services.GetRequiredService<ILogger<StashClient>>());
            _opened = await OpenAsync(client, await finder.FindAsync(Engine, sessionKey, cancellationToken));
            _client = client;
            work.Every(terms.TimeToLive / 4, KeepAliveAsync);
            if (client.MustOpen)
            {
                ScheduleRetry();
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
        if (_unsaved.Count > 0 || _client is { MustOpen: true })
        {
            ScheduleRetry();
        }
    }

    public void ConnectionDown() => _connected = false;

    /// <summary>The circuit ends; components are disposed of next, and none of that is a change.</summary>
    public void Close()
    {
        _closed = true;
        work.Dispose();
    }

    /// <inheritdoc />
    public IStashSlot Attach(object component, StashSlotSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(component);
        var slot = new StashSlot(this, component, StashPlan.For(component.GetType()), settings ?? new(), _serializer);
        if (_client is null)
        {
            // Prerendering, or a circuit that could not start its stash.
            slot.Deactivate(work.IsCaptured ? StashStatus.Error : StashStatus.New);
            return slot;
        }

        if (_slots.TryGetValue(slot.Name, out var other))
        {
            slot.Contest(other);
        }

        _slots[slot.Name] = slot;
        Recover(slot, reconnected: _lost && _seen.Add(slot.Name));
        _ = _client.StoreTagAsync();
        return slot;
    }

    /// <inheritdoc />
    public Task<StashSaveResult> ResetAsync() => ResetAsync(null);

    /// <summary>Saves a slot with the next write.</summary>
    public Task<StashSaveResult> SaveAsync(StashSlot slot)
    {
        if (!IsActive)
        {
            return Task.FromResult(Inactive);
        }

        // While a write is under way, what was saved last is not what will have been.
        if (!_turns.IsBusy && _queued.Count == 0 && !slot.NeedsSave() && !_client!.MustOpen)
        {
            return Unchanged;
        }

        _queued.Add(slot);
        return _flush ??= FlushAsync();
    }

    /// <summary>Saves a slot that was changed, for nobody who waits.</summary>
    public void AutoSave(StashSlot slot)
    {
        // What could not be saved is being tried again anyway, with the values of then.
        if (!IsActive || slot.IsDisposed || _unsaved.Contains(slot))
        {
            return;
        }

        if (_turns.IsBusy)
        {
            // Decided when it is known what that has saved.
            if (_recheck.Add(slot))
            {
                work.Post(() => AutoSaveAfterTurnAsync(slot));
            }
        }
        else if (slot.DiffersFromBaseline())
        {
            work.Post(() => SaveAsync(slot));
        }
    }

    /// <summary>A slot's component was rendered for the first time.</summary>
    public void FirstRendered(StashSlot slot)
    {
        if (_client is { MustOpen: true })
        {
            // What OnInitialized made is not a change by the user, and must not replace what the engine still has.
            slot.TakeBaseline();
        }
    }

    /// <summary>Removes what is saved for one slot, or for the tab.</summary>
    public Task<StashSaveResult> ResetAsync(StashSlot? slot) => !IsActive ? Task.FromResult(Inactive) : _turns.RunAsync(async () =>
    {
        var client = _client!;
        var names = (slot is null ? client.Saved.Keys : slot.EntryNames().Where(client.Saved.ContainsKey)).ToArray();
        foreach (var reset in slot is null ? [.. _slots.Values] : new[] { slot })
        {
            _unsaved.Remove(reset);
            reset.Forget();
        }

        if (names.Length == 0)
        {
            return new(StashOutcome.Ok);
        }

        var all = names.Length == client.Saved.Count;
        var result = all ? await client.ClearAsync() : await client.SaveAsync([], names);
        if (!result.IsOk)
        {
            _removals.UnionWith(names);
        }

        return Announce(result, written: true);
    });

    /// <summary>A component is gone. In a live circuit its <see cref="StashScope.Reconnect"/> entries go with the next write.</summary>
    public void Detach(StashSlot slot)
    {
        if (_slots.TryGetValue(slot.Name, out var current) && current == slot)
        {
            _slots.Remove(slot.Name);
            if (IsActive)
            {
                _removals.UnionWith(slot.EntryNames(StashScope.Reconnect));
            }
        }
    }

    private static readonly StashSaveResult Inactive = new(StashOutcome.Unavailable, Detail: "There is no live circuit.");

    private static readonly Task<StashSaveResult> Unchanged = Task.FromResult(new StashSaveResult(StashOutcome.Ok));

    private async Task<StashStatus> OpenAsync(StashClient client, FoundTag found)
    {
        _lost = found.Lost;
        if (found.Status != StashStatus.Recovered)
        {
            return found.Status;
        }

        var outcome = await client.OpenAsync(found.Id, found.BoundTo, found.Copy);
        GiveUpUnlessLost(client);
        if (found.Copy && client.Saved.Count > 0)
        {
            // The copy is this tab's own from now on, so it has to be somewhere.
            work.Post(() => _turns.RunAsync(() => client.SaveAsync([], [])));
        }

        return outcome == StashOutcome.Ok ? StashStatus.Recovered : outcome == StashOutcome.NotFound ? StashStatus.NotFound : StashStatus.Error;
    }

    /// <summary>A page that the user opened anew does not go on where the Reconnect scope was.</summary>
    private void GiveUpUnlessLost(StashClient client) =>
        _removals.UnionWith(_lost ? [] : client.Saved.Keys.Where(StashNames.IsReconnect));

    private void Recover(StashSlot slot, bool reconnected)
    {
        slot.Recover(_client!.Saved, reconnected, _opened, (property, exception) => LogDropped(exception, slot.Name, property));
        if (slot.Status == StashStatus.Recovered)
        {
            _removals.ExceptWith(slot.EntryNames());
        }
    }

    private async Task<StashSaveResult> FlushAsync()
    {
        // What else the running event handler and its render batch save shall be in the same write.
        await Task.Yield();
        return await _turns.RunAsync(async () =>
        {
            _flush = null;
            var slots = _queued;
            _queued = [];
            if (!_client!.IsProvisional && await LateOpenAsync() is { IsOk: false } notOpened)
            {
                return Failed(slots, notOpened);
            }

            var changed = new List<StashEntry>();
            foreach (var slot in slots)
            {
                slot.Collect(changed);
            }

            if (changed.Count == 0)
            {
                return Announce(new(StashOutcome.Ok), written: false);
            }

            _removals.ExceptWith(changed.Select(static entry => entry.Name));
            var removed = _removals.Where(_client!.Saved.ContainsKey).ToArray();
            var result = await _client.SaveAsync(changed, removed);
            if (!result.IsOk)
            {
                return Failed(slots, result);
            }

            _removals.Clear();
            foreach (var slot in slots)
            {
                slot.Acknowledge(_client.Saved);
                _unsaved.Remove(slot);
            }

            _backoff.Reset();
            return Announce(result, written: true);
        });
    }

    private StashSaveResult Failed(HashSet<StashSlot> slots, StashResult result)
    {
        if (_unsaved.Count == 0)
        {
            LogNotSaved(result.Outcome, result.Detail);
        }

        if (result.Outcome == StashOutcome.Unavailable)
        {
            _unsaved.UnionWith(slots);
            ScheduleRetry();
        }

        return Announce(result, written: true);
    }

    private StashSaveResult Announce(StashResult result, bool written)
    {
        var answer = new StashSaveResult(result.Outcome, written, result.Detail);
        Saved?.Invoke(answer);
        return answer;
    }

    /// <summary>
    /// Opens the stash that could not be opened at the start. Components that nobody has touched get their values now; for
    /// the others what is on the screen counts.
    /// </summary>
    private async Task<StashResult?> LateOpenAsync()
    {
        if (!_client!.MustOpen)
        {
            return null;
        }

        var outcome = await _client.EnsureOpenAsync();
        if (_client.MustOpen)
        {
            return new(StashOutcome.Unavailable, Detail: "The engine could not be asked yet for what the tab had saved.");
        }

        _backoff.Reset();
        GiveUpUnlessLost(_client);
        _opened = outcome == StashOutcome.Ok ? StashStatus.Recovered : StashStatus.NotFound;
        foreach (var slot in _slots.Values.Where(slot => !slot.DiffersFromBaseline() && !slot.Holds(_client.Saved)).ToArray())
        {
            Recover(slot, reconnected: _lost);
            if (slot.Status == StashStatus.Recovered)
            {
                slot.Settings.RecoveredLate?.Invoke();
            }
        }

        return null;
    }

    private async Task AutoSaveAfterTurnAsync(StashSlot slot)
    {
        await _turns.RunAsync(() => Task.FromResult(_recheck.Remove(slot)));
        AutoSave(slot);
    }

    private async Task KeepAliveAsync()
    {
        if (_connected && _client is { Exists: true } client)
        {
            var result = await _turns.RunAsync(client.TouchAsync);
            if (!result.IsOk)
            {
                LogNotKeptAlive(result.Outcome, result.Detail);
            }
        }
    }

    private void ScheduleRetry() => work.After(_backoff.Next(), RetryAsync);

    private async Task RetryAsync()
    {
        if (_unsaved.Count > 0)
        {
            _queued.UnionWith(_unsaved);
            await (_flush ??= FlushAsync());
        }
        else if (await _turns.RunAsync(LateOpenAsync) is { IsOk: false })
        {
            ScheduleRetry();
        }
    }

    [LoggerMessage(1200, LogLevel.Error, "The stash of this circuit could not be started with the engine '{Engine}'; the page works, nothing is saved.")]
    private partial void LogNotStarted(Exception exception, string engine);

    [LoggerMessage(1202, LogLevel.Warning, "The saved value of {Slot}.{Property} cannot be read any more and was dropped.")]
    private partial void LogDropped(Exception exception, string slot, string property);

    [LoggerMessage(1203, LogLevel.Warning, "Not saved: {Outcome}. {Detail}")]
    private partial void LogNotSaved(StashOutcome outcome, string? detail);

    [LoggerMessage(1204, LogLevel.Warning, "The stash could not be kept alive: {Outcome}. {Detail}")]
    private partial void LogNotKeptAlive(StashOutcome outcome, string? detail);
}
