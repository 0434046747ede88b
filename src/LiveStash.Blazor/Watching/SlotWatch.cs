using System.Runtime.CompilerServices;
using LiveStash.Comparing;
using LiveStash.Declaring;
using LiveStash.Measuring;
using LiveStash.Recovering;
using LiveStash.Saving;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace LiveStash.Watching;

/// <summary>
/// Who takes part in the stash of one circuit, and when to look at them: at the end of each activity, when they go, and when
/// somebody waits. On the circuit's dispatcher, but for the two that say otherwise.
/// </summary>
internal sealed partial class SlotWatch(
    StashSaver saver, StashRecovery recovery, StashPlans plans, IStashSerializer serializer, CircuitWork work, TimeProvider time, StashCircuitOptions circuit, StashMetrics metrics, ILogger<SlotWatch> logger)
    : ISlotEvents
{
    /// <summary>What came in from the browser, or what else has made components, in whose flow of execution this is.</summary>
    public static readonly AsyncLocal<Arrival?> Incoming = new();

    private const int LongestReason = 200;

    // How long a page loads what it gives its components.
    private static readonly TimeSpan ComingFor = TimeSpan.FromSeconds(10);

    // Two components of one key, while one takes the other's place: no dialog closes more slowly.
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, StashSlot> _slots = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<object, StashSlot> _owners = [];
    private readonly List<(StashSlot Former, StashSlot Present, long Since)> _contested = [];
    private readonly HashSet<string> _duplicates = new(StringComparer.Ordinal);

    private bool _closed;
    private long _activities;
    private int _loading;

    public IReadOnlyCollection<StashSlot> Slots => _slots.Values;

    /// <summary>Whether somebody shows a value that cannot be saved.</summary>
    public bool HasUnserializable => _slots.Values.Any(static slot => slot.Unserializable.Any());

    public ErrorBoundaries Boundaries { get; } = new();

    public LateHolders Holders { get; } = new();

    /// <summary>Whether nothing is saved: any more, or, while prerendering, at all.</summary>
    private bool SavesNothing => _closed || saver.IsReadOnly;

    public StashSlot? Find(object owner) => _owners.TryGetValue(owner, out var slot) ? slot : null;

    /// <summary>Something comes in from the browser. Called off the dispatcher.</summary>
    public void ActivityStarts()
    {
        if (Volatile.Read(ref _loading) > 0)
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

    /// <summary>The dispatcher that components are rendered on.</summary>
    public void WorksOn(Dispatcher dispatcher) => work.Dispatcher = dispatcher;

    /// <summary>It was handled, as far as that goes at once. Called off the dispatcher.</summary>
    public void ActivityEnded() => work.RunNext(LookAfterActivity);

    /// <summary>Makes an owner a slot and recovers it, at once.</summary>
    public StashSlot Attach(object owner, StashPlan plan, StashSlotSettings settings, string? key, bool isHooked)
    {
        var slot = new StashSlot(this, owner, plan, settings with { Scope = settings.Scope ?? plan.Defaults.ScopeOrNull ?? circuit.Scope }, key, serializer, plans.LeftOut(plan))
        {
            IsAutomatic = settings.AutoSave ?? (plan.Defaults.AutoSave && circuit.AutoSave),
            IsHooked = isHooked,
            BornIn = _activities,
            Origin = (Incoming.Value, time.GetTimestamp()),
        };
        _owners.AddOrUpdate(owner, slot);
        if (!plan.Key.IsEmpty)
        {
            slot.KeepInitial();
        }

        slot.KeepMade();
        Place(slot);
        if (owner is not IStashProxy)
        {
            slot.ForgetMade(); // nobody tells when its initialization is over
        }

        return slot;
    }

    /// <summary>An owner that lives on has another key now: it goes on with what is saved under that one, or with what it was made with.</summary>
    public void Move(StashSlot slot, string? key)
    {
        if (_closed || slot.IsDisposed)
        {
            return;
        }

        LookAt(slot);
        if (_slots.GetValueOrDefault(slot.Name) == slot)
        {
            _slots.Remove(slot.Name);
            recovery.Again(slot.Name);
            _former[slot.Name] = (slot, [.. slot.Entries(StashScope.Reconnect)], _activities);
        }

        slot.Rename(key);
        slot.Origin = (Incoming.Value, time.GetTimestamp());
        slot.BackToInitial();
        slot.KeepMade();
        Place(slot, isMoved: true);
        saver.Save();
    }

    /// <summary>An owner begins to initialize itself. What it sets until it has done so is not the user's change.</summary>
    public void LoadingStarts(StashSlot slot)
    {
        _loading++;
        slot.Loading++;
        slot.IsFollowed = false;
    }

    /// <summary>
    /// An owner gets parameters once more. Where that comes of what it was made by, as when its page has loaded what it shows, its
    /// initialization goes on.
    /// </summary>
    /// <returns>Whether it does.</returns>
    public bool LoadsOn(StashSlot slot)
    {
        var (incoming, made) = slot.Origin;
        if (slot.Loading > 0 || incoming != Incoming.Value || time.GetElapsedTime(made) > ComingFor || !slot.Cells.Any(static cell => cell.Recovered is not null))
        {
            return false;
        }

        slot.LookAtTheUsers();
        return true;
    }

    public void LoadingEnds(StashSlot slot)
    {
        if (slot.Loading > 0)
        {
            if (slot.Loading == 1)
            {
                slot.Loaded();
            }

            _loading--;
            slot.Loading--;
        }
    }

    /// <summary>Looks at everybody for changes, and has those saved that there are.</summary>
    /// <param name="isAfterActivity">Whether something that came in from the browser has just been handled.</param>
    /// <param name="isThorough">Whether to try also what could not be serialized a moment ago: nobody may look again.</param>
    public void Look(bool isAfterActivity = false, bool isThorough = false)
    {
        if (SavesNothing)
        {
            return;
        }

        if (_leaving.Count == 0)
        {
            // With nothing that goes there is nothing to come back.
            Boundaries.HaveCaught();
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
                LookAt(slot, isAfterActivity, isThorough);
            }
        }

        gone?.ForEach(static slot => slot.Dispose());
        saver.Save(isTurnOver: isAfterActivity);
        recovery.TellOwed();
    }

    /// <summary>A last look; what changes from now on is the end of the circuit.</summary>
    public void Close()
    {
        Look(isThorough: true);
        _closed = true;
    }

    /// <summary>Saves what has changed of those who are saved by themselves.</summary>
    public Task<StashSaveResult> FlushAsync()
    {
        Look(isThorough: true);
        return SavesNothing ? Task.FromResult(AbsentSlot.NotKept) : saver.SaveAsync(SaveReason.Flush);
    }

    /// <summary>Saves what has changed, for somebody who waits.</summary>
    /// <param name="asking">Who asks for it; <see langword="null"/> for what all have changed.</param>
    public async Task<StashSaveResult> SaveAsync(StashSlot? asking = null)
    {
        if (SavesNothing)
        {
            return AbsentSlot.NotKept;
        }

        Look();
        List<string>? unserializable = null;
        IReadOnlyCollection<StashSlot> slots = asking is null ? _slots.Values : [asking];
        foreach (var slot in slots)
        {
            if (_slots.GetValueOrDefault(slot.Name) == slot)
            {
                slot.TellWhose(isAsking: asking is not null);
                slot.RestoreRecovered();
                slot.OweIfReset();
                slot.Look(isThorough: true);
                (unserializable ??= []).AddRange(slot.Unserializable);
            }
        }

        var result = await saver.SaveAsync(SaveReason.Asked);
        return unserializable is not { Count: > 0 } || !result.IsSaved
            ? result
            : result with { Outcome = StashOutcome.Unserializable, Detail = $"{string.Join(", ", unserializable)} cannot be serialized; the log says why." };
    }

    /// <summary>Removes all that is saved.</summary>
    public Task<StashSaveResult> ResetAsync()
    {
        // The values of now: what is changed while the reset waits for its turn is a change after it.
        foreach (var slot in _slots.Values)
        {
            slot.Reset();
        }

        return SavesNothing ? Task.FromResult(AbsentSlot.NotKept) : saver.ResetAsync(null);
    }

    /// <summary>What is on the screen is another user's: of this one are only the changes from now on.</summary>
    public void Disown()
    {
        FinishLeaving();
        _former.Clear();
        saver.Suspend();
        foreach (var slot in _slots.Values)
        {
            slot.Disown();
        }
    }

    bool ISlotEvents.HasSaved(StashSlot slot) => slot.Entries().Any(saver.Outlook().ContainsKey);

    bool ISlotEvents.Keeps(string entry, byte[] value) => saver.Keeps(entry, value);

    void ISlotEvents.Changed(string entry, byte[] value) => saver.Change(entry, value);

    void ISlotEvents.Removed(IEnumerable<string> entries) => saver.Remove(entries);

    void ISlotEvents.Failed(StashSlot slot, StashCell cell, Exception exception)
    {
        // A cycle's message names its whole path.
        var reason = exception.Message.Length <= LongestReason ? exception.Message : exception.Message[..LongestReason] + "…";
        LogUnserializable(slot.Plan.TypeName, cell.Property.Name, reason);
        LogWhyUnserializable(exception);
    }

    void ISlotEvents.Dropped(StashSlot slot, StashCell cell, Exception? exception)
    {
        metrics.Dropped(isUnreadable: exception is not null);
        if (exception is not null)
        {
            LogDropped(exception, slot.Name, cell.Property.Name);
        }
    }

    Task<StashSaveResult> ISlotEvents.SaveAsync(StashSlot slot) => KeptFor(slot) is { } kept ? SaveAsync(kept) : Task.FromResult(AbsentSlot.NotKept);

    Task<StashSaveResult> ISlotEvents.ResetAsync(StashSlot slot)
    {
        if (SavesNothing)
        {
            return Task.FromResult(AbsentSlot.NotKept);
        }

        string[] entries = [.. slot.Entries()];
        slot.Reset();
        return saver.ResetAsync(entries);
    }

    /// <summary>The slot under which the owner is kept: another where it was attached once more, none where it has gone or lost its name to another.</summary>
    private StashSlot? KeptFor(StashSlot slot) =>
        _slots.GetValueOrDefault(slot.Name) is { } kept && (kept == slot || (kept.Owner is { } owner && owner == slot.Owner)) ? kept : null;

    private void LookAfterActivity()
    {
        Look(isAfterActivity: true);
        _activities++;
        if (_contested.Count > 0)
        {
            Contest();
        }
    }

    private void LookAt(StashSlot slot, bool isAfterActivity = false, bool isThorough = false)
    {
        if (isAfterActivity && slot is { Loading: > 0, IsHooked: false })
        {
            // Nobody tells when its initialization is over; by now it was on its way to the screen.
            LoadingEnds(slot);
        }

        if (slot.Loading > 0)
        {
            // While it initializes itself, only what an event changes in between is the user's.
            if (isAfterActivity && slot.IsFollowed)
            {
                slot.LookAtTheUsers();
            }
        }
        else if (slot.IsAutomatic)
        {
            slot.Look(isThorough);
        }
    }

    [LoggerMessage(1201, LogLevel.Error, "[Stash] property {Type}.{Property} cannot be serialized, so it is not saved; the others are. Mark members with [JsonIgnore], set LiveStashOptions.JsonSerializerOptions (ReferenceHandler.IgnoreCycles, for entities that refer to each other), or keep another shape of the value. {Reason}")]
    private partial void LogUnserializable(string type, string property, string reason);

    [LoggerMessage(1212, LogLevel.Debug, "Why the property cannot be serialized.")]
    private partial void LogWhyUnserializable(Exception exception);

    [LoggerMessage(1215, LogLevel.Error, "OnStashRecovered of {Slot} failed at an answer of the engine that came late. The values are there.")]
    private partial void LogRecoveredFailed(Exception exception, string slot);

    [LoggerMessage(1218, LogLevel.Warning, "{Type} could not be rendered with an answer of the engine that came late. The values are there.")]
    private partial void LogNotRendered(Exception exception, Type type);

    [LoggerMessage(1202, LogLevel.Warning, "The saved value of {Slot}.{Property} cannot be read any more and was dropped.")]
    private partial void LogDropped(Exception exception, string slot, string property);

    [LoggerMessage(1208, LogLevel.Error, "{Message}")]
    private partial void LogDuplicate(string message);

    [LoggerMessage(1217, LogLevel.Error, "{Message}")]
    private partial void LogKeyChanged(string message);
}
