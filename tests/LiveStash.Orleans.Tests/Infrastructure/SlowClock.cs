namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>
/// A clock by which a second takes a minute. An engine that has it takes no call for lost because the machine is busy, and still
/// sends again what was rejected.
/// </summary>
internal sealed class SlowClock : TimeProvider
{
    private const int Slowness = 60;

    public override long GetTimestamp() => System.GetTimestamp() / Slowness;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime * Slowness : dueTime, period);
}
