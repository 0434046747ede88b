using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Reminders;

/// <summary>
/// The one reminder of a durable stash. Registers in the background, so that no write waits for the reminder table, one
/// operation after the other, and again after a failure. Used in the grain's turns only.
/// </summary>
/// <param name="grain">The grain.</param>
/// <param name="timeLeft">Until the stash expires.</param>
/// <param name="notRegistered">Told of a failure; another attempt follows.</param>
/// <param name="notRemoved">Told of a failure; the reminder's next tick removes it.</param>
/// <param name="minPeriod">Orleans' floor.</param>
/// <param name="timeout">Of one operation.</param>
/// <param name="time">The clock of the time-out.</param>
internal sealed class StashReminder(
    IGrainBase grain,
    Func<TimeSpan> timeLeft,
    Action<Exception> notRegistered,
    Action<Exception> notRemoved,
    TimeSpan minPeriod,
    TimeSpan timeout,
    TimeProvider time)
{
    /// <summary>The name of the reminder.</summary>
    public const string Name = "expiry";

    /// <summary>Between two attempts to register.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>After a tick that was missed or failed, the next comes after the period: no later than this.</summary>
    private static readonly TimeSpan MaxPeriod = TimeSpan.FromHours(1);

    /// <summary>So that the tick finds the stash expired, with clocks that differ a little.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Stashes that were left at one moment, as in an outage, would end at one moment too, and the silo's pages would wait for that.
    /// Nobody waits for a tick: to a caller the end is exact.
    /// </summary>
    private static readonly TimeSpan MaxSpread = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _spread = MaxSpread * ((double)grain.GrainContext.GrainId.GetUniformHashCode() / uint.MaxValue);

    private Task _work = Task.CompletedTask;
    private IGrainTimer? _retry;
    private bool _isPending;

    /// <summary>Whether a reminder is known to be in the table.</summary>
    public bool IsRegistered { get; set; }

    /// <summary>Registers in the background where that is not done and not under way.</summary>
    public void Ensure()
    {
        if (!IsRegistered && !_isPending)
        {
            _isPending = true;
            _work = RegisterAsync(_work);
        }
    }

    /// <summary>Registers, or moves the due time.</summary>
    /// <param name="due">From now on.</param>
    /// <returns>Whether it succeeded.</returns>
    public async Task<bool> ArmAsync(TimeSpan due)
    {
        try
        {
            due = (due > TimeSpan.Zero ? due : TimeSpan.Zero) + Margin + _spread;
            var period = due < MaxPeriod ? due : MaxPeriod;
            await grain.RegisterOrUpdateReminder(Name, due, period > minPeriod ? period : minPeriod).WaitAsync(timeout, time);
            return IsRegistered = true;
        }
        catch (Exception exception)
        {
            notRegistered(exception);
            return false;
        }
    }

    /// <summary>Removes in the background, for a stash that was cleared.</summary>
    public void StartRemove()
    {
        if (IsRegistered || _isPending)
        {
            _work = RemoveAfterAsync(_work);
        }
    }

    /// <summary>Removes.</summary>
    public async Task RemoveAsync()
    {
        IsRegistered = false;
        try
        {
            if (await grain.GetReminder(Name).WaitAsync(timeout, time) is { } reminder)
            {
                await grain.UnregisterReminder(reminder).WaitAsync(timeout, time);
            }
        }
        catch (Exception exception)
        {
            notRemoved(exception);
        }
    }

    private async Task RegisterAsync(Task before)
    {
        await before;
        if (await ArmAsync(timeLeft()))
        {
            _isPending = false;
            return;
        }

        _retry?.Dispose();
        _retry = grain.RegisterGrainTimer(
            static (reminder, _) => reminder.RetryAsync(),
            this,
            new() { DueTime = RetryAfter, Period = Timeout.InfiniteTimeSpan, Interleave = true });
    }

    private Task RetryAsync()
    {
        // A stash that is gone meanwhile needs none.
        _isPending = false;
        if (timeLeft() > TimeSpan.Zero)
        {
            Ensure();
        }

        return Task.CompletedTask;
    }

    private async Task RemoveAfterAsync(Task before)
    {
        await before;
        await RemoveAsync();
    }
}
