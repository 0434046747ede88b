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
    /// <summary>A timer takes 49 days at most, a time to live may be years.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    private readonly Dictionary<string, StashSlot> _slots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);
    private readonly TurnQueue _turns = new();
    private readonly Backoff _backoff = new();
    private readonly IStashSerializer _serializer = services.GetRequiredService<IStashSerializer>();
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
            work.Every(terms.TimeToLive < LongestPeriod * 4 ? terms.TimeToLive / 4 : LongestPeriod, KeepAliveAsync);
            if (client.MustOpen)
            {
                ScheduleRetry();
            }
            else if (client.IsUncertain)
            {
                // A copy is this tab's own from now on, so it has to be somewhere.
                work.Post(() => _flush ??= FlushAsync());
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
        if (_client is { } client && (client.MustOpen || HasUnsaved(client)))
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
            if (IsUnsaved(other))
            {
                KeepUnsaved(other);
            }
        }

        _slots[slot.Name] = slot;
        Recover(slot, reconnected: _lost && _seen.Add(slot.Name));
        _ = _client.StoreTagAsync();
        return slot;
    }

    /// <inheritdoc />
    public Task<StashSaveResult> ResetAsync() => ResetAsync(null);

    /// <summary>A slot's component was rendered for the first time.</summary>
    public void FirstRendered(StashSlot slot)
    {
        if (_client is not null)
        {
            // What OnInitialized made is not a change by the user: not worth a write and, where the engine could not be
            // reached yet, not to replace what that still has.
            slot.RetakeBaseline();
        }
    }

    /// <summary>A component is gone. In a live circuit its <see cref="StashScope.Reconnect"/> entries go with the next write.</summary>
    public void Detach(StashSlot slot)
    {
        var isCurrent = _slots.TryGetValue(slot.Name, out var current) && current == slot;
        if (isCurrent)
        {
            _slots.Remove(slot.Name);
        }

        if (!IsActive)
        {
            return;
        }

        slot.HasLeft = true;
        if (isCurrent && IsUnsaved(slot))
        {
            KeepUnsaved(slot);
        }

        _unsaved.Remove(slot);
        _queued.Remove(slot);
        GiveUp(slot);
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
        return outcome == StashOutcome.Ok ? StashStatus.Recovered : outcome == StashOutcome.NotFound ? StashStatus.NotFound : StashStatus.Error;
    }

    /// <summary>What a component that is gone had saved goes, unless another one of its name has it now.</summary>
    private void GiveUp(StashSlot slot) => _removals.UnionWith(
        slot.EntryNames(StashScope.Reconnect).Except(_slots.TryGetValue(slot.Name, out var next) ? next.RecoveredNames() : []));

    /// <summary>A page that the user opened anew does not go on where the Reconnect scope was.</summary>
    private void GiveUpUnlessLost(StashClient client) =>
        _removals.UnionWith(_lost ? [] : client.Saved.Keys.Where(StashNames.IsReconnect));

    private void Recover(StashSlot slot, bool reconnected)
    {
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved = _client!.Saved;
        if (_left.Count > 0 || _resetPending)
        {
            var others = saved.Where(pair => !_removals.Contains(pair.Key));
            saved = new Dictionary<string, ReadOnlyMemory<byte>>(_left.Concat(others).DistinctBy(static pair => pair.Key), StringComparer.Ordinal);
        }

        slot.Recover(
            saved, reconnected, _opened,
            (property, exception) => LogDropped(exception, slot.Name, property),
            (version, exception) => LogDiscarded(exception, slot.Name, version, slot.Settings.Version));
        _removals.ExceptWith(slot.RecoveredNames());
        var taken = slot.RecoveredNames().Where(_left.ContainsKey).ToArray();
        if (taken.Length > 0)
        {
            // It is this component's to get saved from now on.
            Drop(taken);
            slot.Rebase(_client.Saved, _removals);
            _unsaved.Add(slot);
            ScheduleRetry();
        }
    }

    private async Task KeepAliveAsync()
    {
        if (_connected && _client is { Exists: true } client)
        {
            var result = await _turns.RunAsync(client.TouchAsync);
            if (!result.IsOk && _connected)
            {
                LogNotKeptAlive(result.Outcome, result.Detail);
            }
        }
    }

    [LoggerMessage(1200, LogLevel.Error, "The stash of this circuit could not be started with the engine '{Engine}'; the page works, nothing is saved.")]
    private partial void LogNotStarted(Exception exception, string engine);

    [LoggerMessage(1202, LogLevel.Warning, "The saved value of {Slot}.{Property} cannot be read any more and was dropped.")]
    private partial void LogDropped(Exception exception, string slot, string property);

    [LoggerMessage(1204, LogLevel.Warning, "The stash could not be kept alive: {Outcome}. {Detail}")]
    private partial void LogNotKeptAlive(StashOutcome outcome, string? detail);

    [LoggerMessage(1205, LogLevel.Warning, "What version {Saved} of {Slot} had saved was discarded, since version {Present} does not take it over. Override MigrateStash to do so.")]
    private partial void LogDiscarded(Exception? exception, string slot, int saved, int present);
}
