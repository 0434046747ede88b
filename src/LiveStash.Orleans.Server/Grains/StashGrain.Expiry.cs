using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>
/// The end of a stash. To a caller it is exact, by the record. What is done here is to free memory and storage: the activation
/// asks to be kept until then and is collected after, and a ledger asks when the row may be deleted.
/// </summary>
internal partial class StashGrain
{
    /// <summary>The name of the reminder that each durable stash had in earlier versions.</summary>
    public const string FormerReminderName = "expiry";

    /// <summary>How much longer than needed an activation is kept at most, or an eighth of what is needed.</summary>
    private static readonly TimeSpan MaxExtra = TimeSpan.FromMinutes(1);

    private DateTimeOffset _keptUntil;

    /// <summary>How much later than its end a ledger may ask after this stash, or an eighth of what is left.</summary>
    private static readonly TimeSpan MaxLate = TimeSpan.FromMinutes(15);

    /// <summary>By when a ledger asks, which is known to list this stash and cannot have been told since that it has no row.</summary>
    private DateTimeOffset? _askedBy;
    private Task<string?>? _listing;

    public async ValueTask<TimeSpan?> ExpireAsync()
    {
        var wasCold = _durability is null;
        var left = await DeleteExpiredAsync();
        if (left > TimeSpan.Zero)
        {
            _askedBy = Now + left;
        }

        LeaveAfter(wasCold);
        return left;
    }

    /// <summary>The tick of a reminder that an earlier version has registered: the stash goes over to a ledger.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (services.MissingForDurable is { } missing)
        {
            LogReminderWithoutStorage(services.Logger, missing);
            return;
        }

        var wasCold = _durability is null;
        if (await DeleteExpiredAsync() is { } left && (left == TimeSpan.Zero || await EnsureListedAsync(left) is null))
        {
            // Not waited for: a reminder table that hangs must not hold up a page.
            RemoveReminderAsync(reminderName, wasCold).Ignore();
        }
    }

    /// <summary>Answers as <see cref="IListedStash.ExpireAsync"/>.</summary>
    private async Task<TimeSpan?> DeleteExpiredAsync()
    {
        // A flush may be about to write the row.
        if (PrepareStorage() is not null || _isFlushing)
        {
            return null;
        }

        if (!_storage!.IsKnown && await ReadToExpireAsync() is { } failure)
        {
            LogNotExpired(services.Logger, _storage.Exception, failure);
            return null;
        }

        var left = TimeLeft(IsDurable ? _record.Image ?? _storage.Stored : _storage.Stored);
        if (left > TimeSpan.Zero)
        {
            KeepActive();
            return left;
        }

        if (_storage.HasRow || _storage.IsWrittenOver)
        {
            if (await _storage.ClearAsync() != StorageOutcome.Ok)
            {
                LogNotExpired(services.Logger, _storage.Exception, _storage.Failure);
                return null;
            }

            services.Metrics.Expired(isRow: true);
        }

        WarnOfKeptRow();
        _askedBy = null;
        return TimeSpan.Zero;
    }

    /// <summary>Ends an activation that was made only to be asked, or that has nothing left.</summary>
    private void LeaveAfter(bool wasCold)
    {
        var now = Now;
        LetExpire(now);
        if (wasCold || !(_record.IsLive(now) || DeletionOwedFor(now) > TimeSpan.Zero))
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>Counts, and remembers, the content that the next look at it lets go.</summary>
    private void LetExpire(DateTimeOffset now)
    {
        (_record.Doubt, _record.Clock) = (services.Doubt.Of(_record.Image, now), services.Doubt.Clock(now));
        if (_record.Image is { } image && now - _record.Doubt >= image.ExpiresAt)
        {
            _record.Former = image with { Entries = [], Size = 0 };
            services.Metrics.Expired(isRow: false);
        }
    }

    private async Task RemoveReminderAsync(string name, bool wasCold)
    {
        try
        {
            if (await this.GetReminder(name).WaitAsync(services.Options.StorageTimeout, services.SystemTime) is { } reminder)
            {
                await this.UnregisterReminder(reminder).WaitAsync(services.Options.StorageTimeout, services.SystemTime);
            }
        }
        catch (Exception exception)
        {
            LogReminderNotRemoved(services.Logger, exception);
        }

        LeaveAfter(wasCold);
    }

    private Task<string?> EnsureListedAsync() => EnsureListedAsync(TimeLeft(_record.Image));

    /// <summary>Has a ledger list this stash, if none does that asks in time. Answers with what failed.</summary>
    private Task<string?> EnsureListedAsync(TimeSpan left)
    {
        if (IsListed(left))
        {
            return Task.FromResult<string?>(null);
        }

        if (_listing is null or { IsCompleted: true })
        {
            _listing = ListAsync(left);
            services.Listings.Add(_listing);
        }

        return _listing;
    }

    /// <summary>Whether a ledger lists this stash that asks in time.</summary>
    private bool IsListed(TimeSpan left) => _askedBy - (Now + left) <= LedgerGrain.MinAge + Shorter(left / 8, MaxLate);

    private async Task<string?> ListAsync(TimeSpan left)
    {
        try
        {
            var listing = LedgerGrain.Of(this.GetGrainId(), GrainFactory).ListAsync(this.GetPrimaryKeyString(), left).AsTask();
            listing.Ignore();
            var failure = await listing.WaitAsync(services.Options.StorageTimeout, services.SystemTime);
            if (failure is null)
            {
                _askedBy = Now + (left > LedgerGrain.MinAge ? left : LedgerGrain.MinAge);
            }

            return failure;
        }
        catch (Exception exception)
        {
            return exception is TimeoutException
                ? $"The stash could not be listed for its deletion within {services.Options.StorageTimeout.TotalMilliseconds:0} ms: the storage or the reminder table does not answer."
                : $"The stash could not be listed for its deletion: {exception.GetType().Name}.";
        }
    }

    /// <summary>
    /// Reads the row. A stash that was made anew in memory since the row was written is another one: it stays as it is, and the
    /// row has its own end.
    /// </summary>
    private async Task<string?> ReadToExpireAsync()
    {
        if (_durability == StashDurability.Memory && _record.Image is not null)
        {
            var (outcome, _) = await _storage!.ReadAsync();
            return outcome == StorageOutcome.Ok ? null : _storage.Failure;
        }

        return await LoadAsync();
    }

    private TimeSpan TimeLeft(StashImage? image) => TimeLeft(image, Now);

    private TimeSpan TimeLeft(StashImage? image, DateTimeOffset now) => image is null ? TimeSpan.Zero : image.ExpiresAt - now + services.Doubt.Of(image, now);

    /// <summary>
    /// Keeps the activation: until the stash expires if that is the only place it is in, and until what storage has of it expires too;
    /// otherwise as long as other grains are kept. After that the silo collects it.
    /// </summary>
    private void KeepActive() => KeepActive(Now);

    private void KeepActive(DateTimeOffset now)
    {
        Tally();
        var left = TimeLeft(_record.Image, now);
        if (IsDurable && IsOwed)
        {
            // Said now: when the content ends nobody may come by, and that the row is to go then is known nowhere else.
            left = Longer(left, RowLeft(now));
        }
        else if (IsDurable && left > services.IdleAge)
        {
            left = services.IdleAge;
        }

        if (left <= TimeSpan.Zero)
        {
            _keptUntil = default;
            DelayDeactivation(TimeSpan.Zero);
            return;
        }

        // Asking looks at the clock each time. So it is asked for a little more than needed, and again when that is used up or far
        // too much.
        var until = now + left;
        var extra = Shorter(TimeSpan.FromTicks(left.Ticks / 8), MaxExtra);
        if (until > _keptUntil || _keptUntil - until > 2 * extra)
        {
            _keptUntil = until + extra;
            DelayDeactivation(left + extra);
        }
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
