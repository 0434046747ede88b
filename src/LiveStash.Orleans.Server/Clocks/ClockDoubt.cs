using LiveStash.Records;

namespace LiveStash.Orleans.Server.Clocks;

/// <summary>
/// By how much a silo's clock is ahead of the one by which a stash was given its end, so that no stash is gone because somebody set a
/// clock wrong. What was reached on this silo, or handed to it, ends when its time has gone by, whatever the clock shows. Of what comes
/// from storage nothing is known but its end, by the clock of some silo: it ends by this one without the jumps ahead that nobody has
/// taken back. Where a jump was right, that is later by the jump at most.
/// </summary>
/// <remarks>A clock that was wrong when the silo started cannot be told from a right one. Safe for concurrent use.</remarks>
internal sealed class ClockDoubt(TimeProvider time)
{
    /// <summary>How far clocks of silos may differ without anybody having set one.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>After this a jump counts as right where it only matters when something is looked at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly ClockJumps _jumps = new(time);
    private readonly long _start = time.GetTimestamp();
    private long _lookedAt = time.GetUtcNow().UtcTicks;

    /// <summary>The jumps ahead that have not been taken back.</summary>
    private volatile Jump? _jump;

    /// <summary>What to take off the clock before it is compared with the end of a stash.</summary>
    public TimeSpan Of(StashImage? image, DateTimeOffset now)
    {
        if (image?.Clock is { } clock)
        {
            var moved = Clock(now) - clock;
            return moved.Duration() < ClockJumps.Shortest ? TimeSpan.Zero : moved;
        }

        // What was reached later than the clock would show without the jump was reached after it, by a clock that is as far ahead.
        return image is not null && NotTakenBack(now) is { } jump && image.ExpiresAt - image.TimeToLive <= now - jump.By + Skew ? jump.By : TimeSpan.Zero;
    }

    /// <summary>What the clock shows against the time that goes by here: the same as long as nobody sets it.</summary>
    public TimeSpan Clock(DateTimeOffset now) => now - DateTimeOffset.UnixEpoch - time.GetElapsedTime(_start);

    /// <summary>When to look at something, by a clock that may be set right yet: rather too early than too late.</summary>
    public DateTimeOffset Early(DateTimeOffset now) =>
        NotTakenBack(now) is { } jump && time.GetElapsedTime(jump.Timestamp) <= Patience ? now - jump.By : now;

    /// <summary>Sees whether the clock has jumped.</summary>
    public void Look()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var (jump, _) = _jumps.Look();
            if (jump != TimeSpan.Zero)
            {
                var by = (_jump?.By ?? TimeSpan.Zero) + jump;
                _jump = by <= TimeSpan.Zero ? null : jump > TimeSpan.Zero ? new(by, time.GetTimestamp()) : _jump! with { By = by };
            }

            Volatile.Write(ref _lookedAt, now.UtcTicks);
        }
    }

    private Jump? NotTakenBack(DateTimeOffset now)
    {
        if (Math.Abs(now.UtcTicks - Volatile.Read(ref _lookedAt)) >= ClockJumps.Shortest.Ticks)
        {
            Look();
        }

        return _jump;
    }

    /// <param name="By">How far, all together.</param>
    /// <param name="Timestamp">When the last was seen.</param>
    private sealed record Jump(TimeSpan By, long Timestamp);
}
