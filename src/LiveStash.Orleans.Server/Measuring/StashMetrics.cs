using System.Diagnostics.Metrics;
using System.Text.Json;
using LiveStash.Measuring;
using LiveStash.Orleans.Server.Storage;
using Orleans;

namespace LiveStash.Orleans.Server.Measuring;

/// <summary>
/// The instruments of a silo: what it holds, what it stores, and what ends. What is there now is counted as it changes, so that to
/// collect it costs the same however many stashes there are. Safe for concurrent use.
/// </summary>
internal sealed class StashMetrics
{
    /// <summary>Operations of a stash: taking it over, looking at it, and so on.</summary>
    public const string Open = "open", Read = "read", Write = "write", Touch = "touch", Clear = "clear";

    private readonly TimeProvider _time;
    private readonly UnstoredStashes _unstored;
    private readonly Histogram<double> _age;
    private readonly Histogram<double> _callDuration;
    private readonly Histogram<double> _storageDuration;
    private readonly Counter<long> _listings;
    private readonly Counter<long> _asked;
    private readonly Counter<long> _sweeps;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _migrated;
    private readonly Counter<long> _lost;
    private long _stashes;
    private long _bytes;
    private int _listingsWaiting;

    public StashMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _unstored = new(time);
        var meter = meters.Create(StashTelemetry.Name);
        meter.CreateObservableUpDownCounter("livestash.silo.stashes", () => Interlocked.Read(ref _stashes), "{stash}", "Stashes in the memory of this silo now.");
        meter.CreateObservableUpDownCounter("livestash.silo.size", () => Interlocked.Read(ref _bytes), "By", "Their content.");
        meter.CreateObservableUpDownCounter("livestash.silo.unstored.stashes", () => _unstored.Count, "{stash}", "Stashes with WriteBehind whose latest content is not in storage yet.");
        meter.CreateObservableGauge("livestash.silo.unstored.age", () => _unstored.OldestAge.TotalSeconds, "s", "How long the oldest of them has waited for it, to the second.");
        _age = meter.CreateHistogram(
            "livestash.silo.open.age",
            "s",
            "How long nobody had called for a stash when a page took it over.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 30, 60, 300, 900, 1800, 3600, 14400, 86400] });
        _callDuration = meter.CreateHistogram("livestash.silo.call.duration", "s", "Calls of stashes, from their begin in the grain to their answer.", advice: StashTelemetry.Seconds);
        _storageDuration = meter.CreateHistogram("livestash.silo.storage.duration", "s", "Operations of the grain storage.", advice: StashTelemetry.Seconds);
        meter.CreateObservableUpDownCounter("livestash.silo.ledger.waiting", () => Volatile.Read(ref _listingsWaiting), "{stash}", "Stashes that wait now to be listed for their deletion.");
        _listings = meter.CreateCounter<long>("livestash.silo.ledger.listings", "{stash}", "Stashes that were to be listed.");
        _asked = meter.CreateCounter<long>("livestash.silo.ledger.asked", "{stash}", "Listed stashes that were asked whether their time is over.");
        _sweeps = meter.CreateCounter<long>("livestash.silo.ledger.sweeps", "{sweep}", "Sweeps of the ledgers, by their reminders.");
        _expired = meter.CreateCounter<long>("livestash.silo.expired", "{stash}", "Stashes whose time was over when that was noticed.");
        _migrated = meter.CreateCounter<long>("livestash.silo.migrated", "{stash}", "Stashes that were handed to another silo, or have come from one.");
        _lost = meter.CreateCounter<long>("livestash.silo.lost", "{stash}", "Acknowledged stashes that went with their activation, since no silo took them.");
    }

    /// <summary>What an activation holds has changed.</summary>
    /// <param name="held">What was counted for it before; one more than its bytes, and 0 for nothing.</param>
    /// <param name="size">What it holds now; <see langword="null"/> for nothing.</param>
    public void Holds(ref int held, int? size)
    {
        var now = size + 1 ?? 0;
        if (now == held)
        {
            return;
        }

        if (now == 0 || held == 0)
        {
            Interlocked.Add(ref _stashes, now == 0 ? -1 : 1);
        }

        Interlocked.Add(ref _bytes, Math.Max(now - 1, 0) - Math.Max(held - 1, 0));
        held = now;
    }

    /// <summary>Whether an activation holds something that storage has to have and does not has changed.</summary>
    /// <param name="since">What was counted for it before; 0 for nothing.</param>
    /// <param name="isUnstored">How it is now.</param>
    public void Owes(ref int since, bool isUnstored)
    {
        if (isUnstored && since == 0)
        {
            since = _unstored.Add();
        }
        else if (!isUnstored && since != 0)
        {
            _unstored.Remove(since);
            since = 0;
        }
    }

    /// <summary>Whether anybody wants to know of <see cref="Opened"/>.</summary>
    public bool MeasuresAge => _age.Enabled;

    /// <summary>A page has taken over a stash.</summary>
    /// <param name="age">The time since the call before.</param>
    public void Opened(TimeSpan age) => _age.Record(Math.Max(age.TotalSeconds, 0));

    /// <summary>The moment from which a duration is counted.</summary>
    public long Now() => _time.GetTimestamp();

    /// <summary>A call of a stash begins.</summary>
    /// <returns>What to give to <see cref="Called"/>; 0 where nobody wants to know.</returns>
    public long CallStarts() => _callDuration.Enabled ? Math.Max(Now(), 1) : 0;

    /// <summary>A call of a stash is answered.</summary>
    public void Called(string operation, StashOutcome outcome, long started) => _callDuration.Record(
        _time.GetElapsedTime(started).TotalSeconds, new(StashTelemetry.Operation, operation), new(StashTelemetry.Outcome, StashTelemetry.Of(outcome)));

    /// <summary>An operation of the storage has ended, or is not waited for any more.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="kind">Of what.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="isTimeout">Whether it had no answer.</param>
    /// <param name="started">When it began.</param>
    public void Stored(StorageOperation operation, RowKind kind, StorageOutcome outcome, bool isTimeout, long started)
    {
        if (_storageDuration.Enabled)
        {
            Record(operation, kind, outcome, isTimeout, started);
        }
    }

    /// <summary>A stash begins to wait until it is listed.</summary>
    public void ListingStarts() => Interlocked.Increment(ref _listingsWaiting);

    public void ListingEnds(bool isListed)
    {
        Interlocked.Decrement(ref _listingsWaiting);
        if (_listings.Enabled)
        {
            Count(_listings, isListed ? StashTelemetry.Ok : StashTelemetry.Failed);
        }
    }

    /// <summary>A stash has said how long it has left, or could not.</summary>
    public void Asked(TimeSpan? left) => Count(_asked, left is null ? StashTelemetry.Failed : left == TimeSpan.Zero ? "gone" : "live");

    public void Swept(bool isDone) => Count(_sweeps, isDone ? StashTelemetry.Ok : StashTelemetry.Failed);

    /// <summary>A stash has expired.</summary>
    /// <param name="isRow">Whether it is its row that goes; otherwise the content in memory.</param>
    public void Expired(bool isRow) => _expired.Add(1, new KeyValuePair<string, object?>(StashTelemetry.Kind, isRow ? "row" : "memory"));

    public void Migrated(bool isArrival) => _migrated.Add(1, new KeyValuePair<string, object?>(StashTelemetry.Direction, isArrival ? "in" : "out"));

    /// <summary>Stashes are lost.</summary>
    /// <param name="count">How many.</param>
    /// <param name="reason">Why their activations ended.</param>
    public void Lost(long count, DeactivationReasonCode reason)
    {
        if (_lost.Enabled)
        {
            _lost.Add(count, new KeyValuePair<string, object?>(StashTelemetry.Reason, JsonNamingPolicy.SnakeCaseLower.ConvertName($"{reason}")));
        }
    }

    private static void Count(Counter<long> counter, string outcome) => counter.Add(1, new KeyValuePair<string, object?>(StashTelemetry.Outcome, outcome));

    // Apart from the methods that ask whether anybody listens: the first write of a silo waits while its code is compiled, for the
    // storage's time-out at most, and need not wait for this.
    private void Record(StorageOperation operation, RowKind kind, StorageOutcome outcome, bool isTimeout, long started) => _storageDuration.Record(
        _time.GetElapsedTime(started).TotalSeconds,
        new(StashTelemetry.Operation, operation switch { StorageOperation.Read => "read", StorageOperation.Write => "write", _ => "clear" }),
        new(StashTelemetry.Kind, kind == RowKind.Stash ? "stash" : "ledger"),
        new(StashTelemetry.Outcome, outcome switch { StorageOutcome.Ok => StashTelemetry.Ok, StorageOutcome.Conflict => "conflict", _ => isTimeout ? "timeout" : StashTelemetry.Failed }));
}
