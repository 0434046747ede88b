using System.Runtime.CompilerServices;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Measuring;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>
/// Hosts the <see cref="StashRecord"/> of one stash. The record has the rules; the grain has what they need around them:
/// storage (<c>StashGrain.Storage.cs</c>), its end there (<c>StashGrain.Expiry.cs</c>) and the way to another silo
/// (<c>StashGrain.Migration.cs</c>).
/// </summary>
/// <remarks>
/// Calls do not interleave. What does interleave with a call that waits for storage is the flush. It touches the record only in
/// one step after its last wait, and <see cref="StashStorage"/> lets one operation in at a time.
/// </remarks>
internal abstract partial class StashGrain(StashGrainServices services) : Grain, IStashGrain, IListedStash, IRemindable, IGrainMigrationParticipant, IDisposable
{
    /// <summary>The class to register on a silo that keeps stashes.</summary>
    public static readonly Type Class = typeof(Registered);

    private readonly StashRecord _record = new();
    private readonly StashCalls _calls = new();

    /// <summary>What the stash in <see cref="_record"/> was promised; <see langword="null"/> while nobody has asked for anything.</summary>
    private StashDurability? _durability;

    /// <summary>What the row said when it was last read; <see langword="null"/> where there was none.</summary>
    private StashDurability? _rowDurability;

    /// <summary>Made when something durable is asked for or looked for.</summary>
    private StashStorage? _storage;

    /// <summary>What of this activation is counted among all of the silo.</summary>
    private int _held;
    private int _unstoredSince;

    /// <summary>The id of the stash, once a call has brought it: compared in place of hashing the next one's.</summary>
    private UInt128 _secret;

    private bool IsDurable => _durability > StashDurability.Memory;

    private DateTimeOffset Now => services.Time.GetUtcNow();

    public async ValueTask<WireOpened> OpenAsync(WireOpen call)
    {
        var isFirst = _secret == default;
        ThrowIfStranger(call.Secret);
        var terms = call.Terms.ToTerms();
        var known = _calls.EpochOf(call.Call, _record.Image?.Epoch);
        var mode = known is null ? (StashOpenMode)call.Mode : StashOpenMode.Read;
        var started = services.Metrics.CallStarts();
        var used = services.Metrics.MeasuresAge ? new StrongBox<DateTimeOffset>() : null;
        var result = await RunAsync(
            (Mode: mode, Terms: terms, Used: used),
            DurabilityOf(terms, isNew: false),
            mode == StashOpenMode.Own ? Change.Keep : Change.Use,
            static (record, call, _, now) =>
            {
                if (call.Used is not null && record.Image is { } image)
                {
                    call.Used.Value = image.ExpiresAt - image.TimeToLive;
                }

                return record.Open(call.Mode, call.Terms, now);
            },
            static failure => new(StashOutcome.Unavailable, failure));
        if (result.IsOk && mode == StashOpenMode.Own)
        {
            _calls.Opened(call.Call, result.Epoch);
            if (used is not null)
            {
                services.Metrics.Opened(Now - used.Value);
            }
        }

        Called(call.Mode == (int)StashOpenMode.Own ? StashMetrics.Open : StashMetrics.Read, result.Outcome, started);
        if (isFirst && call.Mode != (int)StashOpenMode.Own && result.Outcome == StashOutcome.NotFound && DeletionOwedFor(Now) <= TimeSpan.Zero)
        {
            // Made only to be looked at, as by a health check or a cache: what is not there takes no memory.
            DeactivateOnIdle();
        }

        return new(known is { } epoch ? result with { Epoch = epoch } : result);
    }

    public ValueTask<WireResult> WriteAsync(WireWrite call)
    {
        ThrowIfStranger(call.Secret);
        var write = call.ToWrite();
        return _calls.AnswerTo(call.Call, write.Epoch, isFenced: !write.Replace) is { } answer
            ? new(new WireResult(answer))
            : OnceAsync(StashMetrics.Write, call.Call, write.Epoch, write, DurabilityOf(write.Terms, isNew: write.Replace), Change.Keep,
                static (record, write, limits, now) => record.Write(write, limits, now));
    }

    public async ValueTask<WireResult> TouchAsync(WireTouch call)
    {
        ThrowIfStranger(call.Secret);
        WireNumbers.ThrowIfImpossible(call.Epoch);
        var terms = call.Terms.ToTerms();
        var started = services.Metrics.CallStarts();
        var result = await RunAsync((call.Epoch, Terms: terms), DurabilityOf(terms, isNew: false), Change.Keep,
            static (record, call, _, now) => record.Touch(call.Epoch, call.Terms, now), Unavailable);
        Called(StashMetrics.Touch, result.Outcome, started);
        return new(WithStorage(result));
    }

    public ValueTask<WireResult> ClearAsync(WireClear call)
    {
        ThrowIfStranger(call.Secret);
        return _calls.AnswerTo(call.Call, call.Epoch, isFenced: false) is { } answer
            ? new(new WireResult(answer))
            : OnceAsync(StashMetrics.Clear, call.Call, call.Epoch, call.Epoch, DurabilityOfClear(), Change.Remove,
                static (record, epoch, _, now) => record.Clear(epoch, now));
    }

    /// <exception cref="ArgumentException">The caller knows the grain's key and not the id of the stash.</exception>
    private void ThrowIfStranger(UInt128 secret)
    {
        if (secret == _secret && secret != default)
        {
            return;
        }

        if (!StashAddress.Opens(secret, this.GetPrimaryKeyString()))
        {
            throw new ArgumentException("The call does not carry the id of the stash. Is the caller of another version?");
        }

        _secret = secret;
    }

    private ValueTask<WireResult> OnceAsync<TCall>(
        string operation, WireCall id, long epoch, TCall call, StashDurability durability, Change change, Func<StashRecord, TCall, StashLimits, DateTimeOffset, StashResult> rule)
    {
        var started = services.Metrics.CallStarts();
        var running = RunAsync(call, durability, change, rule, Unavailable);
        return running.IsCompletedSuccessfully ? new(Changed(operation, started, id, epoch, running.Result)) : ChangedAsync(operation, started, id, epoch, running);
    }

    private async ValueTask<WireResult> ChangedAsync(string operation, long started, WireCall id, long epoch, ValueTask<StashResult> running) =>
        Changed(operation, started, id, epoch, await running);

    private WireResult Changed(string operation, long started, WireCall id, long epoch, StashResult result)
    {
        Called(operation, result.Outcome, started);
        result = WithStorage(result);
        if (result.IsOk)
        {
            _calls.Changed(id, epoch, result);
        }

        return new(result);
    }

    /// <summary>A call is answered that was not a repetition.</summary>
    private void Called(string operation, StashOutcome outcome, long started)
    {
        if (started != 0)
        {
            services.Metrics.Called(operation, outcome, started);
        }
    }

    private StashResult WithStorage(StashResult result) => IsStorageFailing ? result with { StorageFailing = true } : result;

    private static StashResult Unavailable(string failure) => new(StashOutcome.Unavailable, Detail: failure);

    /// <summary>
    /// Applies a rule to the record and keeps the promise of the stash's durability before it answers. Where that fails, the
    /// record is as before.
    /// </summary>
    private ValueTask<TResult> RunAsync<TCall, TResult>(
        TCall call,
        StashDurability durability,
        Change change,
        Func<StashRecord, TCall, StashLimits, DateTimeOffset, TResult> rule,
        Func<string, TResult> unavailable)
    {
        if (durability > StashDurability.Memory || IsDurable)
        {
            return RunDurableAsync(call, durability, change, rule, unavailable);
        }

        // In memory there is nothing to wait for, and a state machine would cost as much as the rule.
        _durability = StashDurability.Memory;
        var now = Now;
        LetExpire(now);
        return new(Done(rule(_record, call, services.Limits, now), now));
    }

    private async ValueTask<TResult> RunDurableAsync<TCall, TResult>(
        TCall call,
        StashDurability durability,
        Change change,
        Func<StashRecord, TCall, StashLimits, DateTimeOffset, TResult> rule,
        Func<string, TResult> unavailable)
    {
        // It rises to what was asked for and falls when the stash is gone: no row is left behind that nobody looks at.
        var former = _durability;
        _durability = former > durability ? former : durability;
        if (IsDurable && PrepareStorage() is { } missing)
        {
            FallTo(former);
            return unavailable(missing);
        }

        for (var attempt = 1; ; attempt++)
        {
            if (IsDurable && (NeedsLoad || attempt > 1 || (change == Change.Remove && !_storage!.IsKnown))
                && await LoadAsync() is { } failure)
            {
                FallTo(former);
                return unavailable(failure);
            }

            var now = Now;
            LetExpire(now);
            var before = _record.Image;
            var result = rule(_record, call, services.Limits, now);
            var after = _record.Image;
            if (change == Change.Remove && after is not null)
            {
                // Refused: that storage was asked is no reason to store what is in memory.
                FallTo(former);
            }

            // The row that is to go is not there yet.
            var isBeingWritten = after is null && change == Change.Remove && (_isFlushing || _storage is { IsFirstWriteUnanswered: true, ETag: null });
            if (!IsDurable || !(IsDirty || isBeingWritten))
            {
                return Done(result, Now);
            }

            if (change == Change.Use && IsOnlyProlonged)
            {
                // Who reads does not wait for storage.
                EnsureLazyFlush();
                return Done(result, Now);
            }

            if (_durability == StashDurability.WriteBehind && after is not null)
            {
                EnsureFlush();
                return Done(result, Now);
            }

            if (after is null && change != Change.Remove && !_storage!.IsKnown)
            {
                // What has expired is gone, whether or not its row is. The ledger has that deleted.
                return Done(result, Now);
            }

            _isWritingThrough = true;
            var outcome = await StoreAsync(after);
            _isWritingThrough = false;
            if (outcome == StorageOutcome.Ok || (after is null && change != Change.Remove))
            {
                return Done(result, Now);
            }

            _record.Restore(before);
            if (outcome == StorageOutcome.Conflict && attempt == 1)
            {
                continue;
            }

            LogNotStored(services.Logger, _failure.Exception, _failure.Text);
            FallTo(former);
            KeepActive();
            return unavailable(_failure.Text);
        }
    }

    private TResult Done<TResult>(TResult result, DateTimeOffset now)
    {
        if (_record.Image is null && !IsDirty)
        {
            (_durability, _rowDurability, _failedFlushes) = (null, null, 0);
        }

        KeepActive(now);
        return result;
    }

    /// <summary>Counts what this activation holds among all of the silo.</summary>
    private void Tally()
    {
        services.Metrics.Holds(ref _held, _record.Image?.Size);
        services.Metrics.Owes(ref _unstoredSince, _durability == StashDurability.WriteBehind && IsOwed);
    }

    /// <summary>
    /// Takes back that more was asked for and could not be had: what was acknowledged before keeps its promise, and is flushed if it
    /// was to be.
    /// </summary>
    private void FallTo(StashDurability? former)
    {
        _durability = former is null || _rowDurability > former ? _rowDurability : former;
        if (_durability == StashDurability.WriteBehind && IsDirty)
        {
            EnsureFlush();
        }
    }

    /// <summary>
    /// What the terms ask for. Where that is memory alone, and a call needs a stash that is not there, the storage is asked: the default
    /// may have been another when it was stored, or another page of the tab has asked for more.
    /// </summary>
    private StashDurability DurabilityOf(StashTerms terms, bool isNew)
    {
        var asked = terms.Durability ?? services.Options.DefaultDurability;
        return isNew || asked > StashDurability.Memory ? asked : DurabilityOfUnknown();
    }

    /// <summary>
    /// A clear does not say it. The storage is asked unless it is known to have none: a row that stays would bring the stash back, or
    /// what was there before one that was made in memory.
    /// </summary>
    private StashDurability DurabilityOfClear() =>
        services.MissingForDurable is null && _storage is not { IsKnown: true, HasRow: false } ? StashDurability.WriteBehind : DurabilityOfUnknown();

    private StashDurability DurabilityOfUnknown() =>
        _durability ?? (services.MissingForDurable is null ? StashDurability.WriteBehind : StashDurability.Memory);

    /// <summary>
    /// Orleans' generator has every silo that only refers to this assembly say that it has its grains, and the cluster would place
    /// stashes there; except a private class, which is there only where <c>AddLiveStash()</c> registers it.
    /// </summary>
    [GrainType(StashAddress.TypeName)]
    private sealed class Registered(StashGrainServices services) : StashGrain(services);

    /// <summary>What a call may be meant to do to the stash: to look and keep it alive at most, to change it, or to remove it.</summary>
    private enum Change
    {
        Use,
        Keep,
        Remove,
    }
}
