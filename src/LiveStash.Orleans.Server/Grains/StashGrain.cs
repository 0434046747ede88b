using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
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

    /// <summary>Made when something durable is asked for: a stash in memory never touches storage.</summary>
    private StashStorage? _storage;

    /// <summary>The id of the stash, once a call has brought it: compared in place of hashing the next one's.</summary>
    private UInt128 _secret;

    private bool IsDurable => _durability > StashDurability.Memory;

    private DateTimeOffset Now => services.Time.GetUtcNow();

    public async ValueTask<WireOpened> OpenAsync(WireOpen call)
    {
        ThrowIfStranger(call.Secret);
        var terms = call.Terms.ToTerms();
        var known = _calls.EpochOf(call.Call, _record.Image?.Epoch);
        var mode = known is null ? (StashOpenMode)call.Mode : StashOpenMode.Read;
        var result = await RunAsync(
            (Mode: mode, Terms: terms),
            DurabilityOf(terms),
            Change.Keep,
            static (record, call, _, now) => record.Open(call.Mode, call.Terms, now),
            static failure => new(StashOutcome.Unavailable, failure));
        if (result.IsOk && mode == StashOpenMode.Own)
        {
            _calls.Opened(call.Call, result.Epoch);
        }

        return new(known is { } epoch ? result with { Epoch = epoch } : result);
    }

    public ValueTask<WireResult> WriteAsync(WireWrite call)
    {
        ThrowIfStranger(call.Secret);
        var write = call.ToWrite();
        return _calls.AnswerTo(call.Call, write.Epoch, isFenced: !write.Replace) is { } answer
            ? new(new WireResult(answer))
            : OnceAsync(call.Call, write.Epoch, write, DurabilityOf(write.Terms), Change.Keep,
                static (record, write, limits, now) => record.Write(write, limits, now));
    }

    public async ValueTask<WireResult> TouchAsync(WireTouch call)
    {
        ThrowIfStranger(call.Secret);
        WireNumbers.ThrowIfImpossible(call.Epoch);
        var terms = call.Terms.ToTerms();
        return new(WithStorage(await RunAsync((call.Epoch, Terms: terms), DurabilityOf(terms), Change.Keep,
            static (record, call, _, now) => record.Touch(call.Epoch, call.Terms, now), Unavailable)));
    }

    public ValueTask<WireResult> ClearAsync(WireClear call)
    {
        ThrowIfStranger(call.Secret);
        return _calls.AnswerTo(call.Call, call.Epoch, isFenced: false) is { } answer
            ? new(new WireResult(answer))
            : OnceAsync(call.Call, call.Epoch, call.Epoch, DurabilityOfUnknown(), Change.Remove,
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
        WireCall id, long epoch, TCall call, StashDurability durability, Change change, Func<StashRecord, TCall, StashLimits, DateTimeOffset, StashResult> rule)
    {
        var running = RunAsync(call, durability, change, rule, Unavailable);
        return running.IsCompletedSuccessfully ? new(Changed(id, epoch, running.Result)) : ChangedAsync(id, epoch, running);
    }

    private async ValueTask<WireResult> ChangedAsync(WireCall id, long epoch, ValueTask<StashResult> running) => Changed(id, epoch, await running);

    private WireResult Changed(WireCall id, long epoch, StashResult result)
    {
        result = WithStorage(result);
        if (result.IsOk)
        {
            _calls.Changed(id, epoch, result);
        }

        return new(result);
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
            _durability = former;
            return unavailable(missing);
        }

        for (var attempt = 1; ; attempt++)
        {
            if (IsDurable && (NeedsLoad || attempt > 1 || (change == Change.Remove && !_storage!.IsKnown))
                && await LoadAsync() is { } failure)
            {
                _durability = _wasLoaded ? _durability : former;
                return unavailable(failure);
            }

            var before = _record.Image;
            var result = rule(_record, call, services.Limits, Now);
            var after = _record.Image;
            if (!IsDurable || !IsDirty)
            {
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

            var outcome = await StoreAsync(after);
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
            KeepActive();
            return unavailable(_failure.Text);
        }
    }

    private TResult Done<TResult>(TResult result, DateTimeOffset now)
    {
        if (_record.Image is null && !IsDirty)
        {
            _durability = null;
        }

        KeepActive(now);
        return result;
    }

    private StashDurability DurabilityOf(StashTerms terms) => terms.Durability ?? services.Options.DefaultDurability;

    /// <summary>A clear does not say it. Where nobody has, the storage is asked: a row that stays would bring the stash back.</summary>
    private StashDurability DurabilityOfUnknown() =>
        _durability ?? (services.MissingForDurable is null ? StashDurability.WriteBehind : StashDurability.Memory);

    /// <summary>
    /// Orleans' generator has every silo that only refers to this assembly say that it has its grains, and the cluster would place
    /// stashes there; except a private class, which is there only where <c>AddLiveStash()</c> registers it.
    /// </summary>
    [GrainType(StashAddress.TypeName)]
    private sealed class Registered(StashGrainServices services) : StashGrain(services);

    /// <summary>Whether a call may be meant to remove the stash.</summary>
    private enum Change
    {
        Keep,
        Remove,
    }
}
