using System.Diagnostics;
using System.Diagnostics.Metrics;
using LiveStash.Browser;
using LiveStash.Saving;
using LiveStash.Watching;

namespace LiveStash.Measuring;

/// <summary>The instruments of the web server: how pages open, recover and save. Safe for concurrent use.</summary>
internal sealed class StashMetrics
{
    private readonly TimeProvider _time;
    private readonly Counter<long> _opens;
    private readonly Counter<long> _greetings;
    private readonly Histogram<double> _recoveryDuration;
    private readonly Counter<long> _recoveriesLate;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _saves;
    private readonly Histogram<double> _saveDuration;
    private readonly Histogram<long> _saveSize;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _refused;
    private int _waiting;

    public StashMetrics(IMeterFactory meters, TimeProvider time, CircuitCount circuits)
    {
        _time = time;
        var meter = meters.Create(StashTelemetry.Name);
        meter.CreateObservableUpDownCounter("livestash.circuit.active", () => circuits.Open, "{circuit}", "Circuits of this server now.");
        meter.CreateObservableUpDownCounter("livestash.circuit.waiting", () => Volatile.Read(ref _waiting), "{circuit}", "Circuits whose page is held now, until their engine answers.");
        _opens = meter.CreateCounter<long>("livestash.circuit.opens", "{open}", "Circuits that have started, by the status of their stash.");
        _greetings = meter.CreateCounter<long>("livestash.greetings", "{greeting}", "Browsers that were asked for what their tab has.");
        _recoveryDuration = meter.CreateHistogram("livestash.recovery.duration", "s", "From the start of a circuit until what was saved is at hand for its components.", advice: StashTelemetry.Seconds);
        _recoveriesLate = meter.CreateCounter<long>("livestash.recovery.late", "{recovery}", "Stashes that were opened after their page had started without them.");
        _fallbacks = meter.CreateCounter<long>("livestash.recovery.fallbacks", "{recovery}", "Recoveries from the browser's copy, by what the engine had answered.");
        _dropped = meter.CreateCounter<long>("livestash.recovery.dropped", "{property}", "Saved values that could not be given to their property.");
        _saves = meter.CreateCounter<long>("livestash.saves", "{save}", "Attempts to save.");
        _saveDuration = meter.CreateHistogram("livestash.save.duration", "s", "From the moment at which a save is asked for until its page is told.", advice: StashTelemetry.Seconds);
        _saveSize = meter.CreateHistogram(
            "livestash.save.size",
            "By",
            "What had changed and was saved, in one save.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304] });
        _entries = meter.CreateCounter<long>("livestash.save.entries", "{entry}", "Values that had changed and were saved.");
        _refused = meter.CreateCounter<long>("livestash.save.refused", "{entry}", "Values that are not saved and not tried again until they change.");
    }

    /// <summary>The moment from which a duration is counted.</summary>
    public long Now() => _time.GetTimestamp();

    /// <summary>A circuit has started.</summary>
    /// <param name="engine">Its engine.</param>
    /// <param name="status">Of its stash.</param>
    /// <param name="started">When it began to.</param>
    public void Opened(string engine, StashStatus status, long started)
    {
        _opens.Add(1, new(StashTelemetry.Engine, engine), new(StashTelemetry.Status, Of(status)));
        if (status == StashStatus.Recovered && _recoveryDuration.Enabled)
        {
            _recoveryDuration.Record(Since(started), new KeyValuePair<string, object?>(StashTelemetry.Engine, engine));
        }
    }

    /// <summary>A stash was opened that its page had started without.</summary>
    public void OpenedLate(string engine, StashStatus status) =>
        _recoveriesLate.Add(1, new(StashTelemetry.Engine, engine), new(StashTelemetry.Status, Of(status)));

    /// <summary>A page waits no longer for its browser: it has answered, or is slow, or has no script of ours.</summary>
    public void Greeted(Task<FoundTag> greeting) => _greetings.Add(1, new KeyValuePair<string, object?>(
        StashTelemetry.Outcome,
        !greeting.IsCompleted ? "late" : greeting is { IsCompletedSuccessfully: true, Result.Status: not StashStatus.Error } ? StashTelemetry.Ok : StashTelemetry.Failed));

    /// <summary>A page begins to wait for its engine.</summary>
    public void WaitStarts() => Interlocked.Increment(ref _waiting);

    public void WaitEnds() => Interlocked.Decrement(ref _waiting);

    /// <summary>A stash comes from the browser's copy.</summary>
    public void FellBack(string engine, StashOutcome outcome) =>
        _fallbacks.Add(1, new(StashTelemetry.Engine, engine), new(StashTelemetry.Outcome, StashTelemetry.Of(outcome)));

    /// <summary>A saved value is given up.</summary>
    /// <param name="isUnreadable">Whether it cannot be read; otherwise another version of its component had saved it.</param>
    public void Dropped(bool isUnreadable) => _dropped.Add(1, new KeyValuePair<string, object?>(StashTelemetry.Reason, isUnreadable ? "unreadable" : "version"));

    /// <summary>A save has its outcome.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="durability">What the page asked for.</param>
    /// <param name="reason">Why it was made.</param>
    /// <param name="result">What the page is told. One that had nothing to write counts for nothing.</param>
    /// <param name="asked">When it was asked for.</param>
    public void Saved(string engine, StashDurability? durability, SaveReason reason, StashSaveResult result, long asked)
    {
        if (!result.Written && result.IsSaved)
        {
            return;
        }

        var tags = new TagList { { StashTelemetry.Engine, engine }, { StashTelemetry.Outcome, StashTelemetry.Of(result.Outcome) } };
        if (_saveDuration.Enabled)
        {
            _saveDuration.Record(Since(asked), tags);
        }

        tags.Add(StashTelemetry.Durability, StashTelemetry.Of(durability));
        tags.Add(StashTelemetry.Reason, Of(reason));
        _saves.Add(1, tags);
    }

    /// <summary>The engine has these.</summary>
    public void Acknowledged(string engine, List<StashEntry> entries)
    {
        if (entries.Count == 0 || !(_saveSize.Enabled || _entries.Enabled))
        {
            return;
        }

        var size = 0L;
        foreach (var entry in entries)
        {
            size += entry.Size;
        }

        var tag = new KeyValuePair<string, object?>(StashTelemetry.Engine, engine);
        _saveSize.Record(size, tag);
        _entries.Add(entries.Count, tag);
    }

    /// <summary>A value is not saved.</summary>
    public void Refused(string engine, StashOutcome outcome) =>
        _refused.Add(1, new(StashTelemetry.Engine, engine), new(StashTelemetry.Outcome, StashTelemetry.Of(outcome)));

    private double Since(long started) => _time.GetElapsedTime(started).TotalSeconds;

    public static string Of(StashStatus status) => status switch
    {
        StashStatus.New => "new",
        StashStatus.Recovered => "recovered",
        StashStatus.NotFound => "not_found",
        _ => "error",
    };

    public static string Of(SaveReason reason) => reason switch
    {
        SaveReason.Change => "change",
        SaveReason.Asked => "asked",
        SaveReason.Flush => "flush",
        SaveReason.Reset => "reset",
        SaveReason.Retry => "retry",
        _ => "close",
    };
}
