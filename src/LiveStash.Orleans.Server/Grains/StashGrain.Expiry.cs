using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>
/// The end of a stash. To a caller it is exact, by the record. What is done here is to free memory and storage: the activation
/// asks to be kept until then and is collected after, and a reminder deletes the row.
/// </summary>
internal partial class StashGrain
{
    /// <summary>How much longer than needed an activation is kept at most, or an eighth of what is needed.</summary>
    private static readonly TimeSpan MaxExtra = TimeSpan.FromMinutes(1);

    private DateTimeOffset _keptUntil;

    /// <summary>The reminder's tick.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (PrepareStorage() is { } missing)
        {
            LogReminderWithoutStorage(services.Logger, missing);
            return;
        }

        _reminder!.IsRegistered = true;
        if (!_storage!.IsKnown && await ReadForTickAsync() is { } failure)
        {
            // The next tick is a period away.
            LogTickFailed(services.Logger, _storage.Exception, failure);
            return;
        }

        var left = TimeLeft(IsDurable ? _record.Image ?? _storage.Stored : _storage.Stored);
        if (left > TimeSpan.Zero)
        {
            await _reminder.ArmAsync(left);
            KeepActive();
            return;
        }

        if (_storage.HasRow && await _storage.ClearAsync() != StorageOutcome.Ok)
        {
            LogTickFailed(services.Logger, _storage.Exception, _storage.Failure);
            return;
        }

        WarnOfKeptRow();
        await _reminder.RemoveAsync();
        if (!_record.IsLive(Now))
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>
    /// Reads the row for a tick. A stash that was made anew in memory since the row was written is another one: it stays as it
    /// is, and the row has its own end.
    /// </summary>
    private async Task<string?> ReadForTickAsync()
    {
        if (_durability == StashDurability.Memory && _record.Image is not null)
        {
            var (outcome, _) = await _storage!.ReadAsync();
            return outcome == StorageOutcome.Ok ? null : _storage.Failure;
        }

        return await LoadAsync();
    }

    private TimeSpan TimeLeft(StashImage? image) => TimeLeft(image, Now);

    private static TimeSpan TimeLeft(StashImage? image, DateTimeOffset now) => image is null ? TimeSpan.Zero : image.ExpiresAt - now;

    /// <summary>
    /// Keeps the activation: until the stash expires if that is the only place it is in, otherwise as long as other grains are
    /// kept. After that the silo collects it.
    /// </summary>
    private void KeepActive() => KeepActive(Now);

    private void KeepActive(DateTimeOffset now)
    {
        var left = TimeLeft(_record.Image, now);
        if (IsDurable && !IsDirty && _reminder!.IsRegistered && left > services.IdleAge)
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

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
