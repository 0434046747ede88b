namespace LiveStash.Orleans.Server.Clocks;

/// <summary>Tells when somebody has set the clock: it shows another time than the one by which programs wait has gone on to. Not safe for concurrent use.</summary>
internal sealed class ClockJumps(TimeProvider time)
{
    /// <summary>Less than this is no jump: the two are not read at the same moment.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private DateTimeOffset _now = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>How far the clock has jumped ahead since the last look, or back where that is negative; and how much time has gone by.</summary>
    public (TimeSpan Jump, TimeSpan Elapsed) Look()
    {
        var (before, now, timestamp) = (_now, time.GetUtcNow(), time.GetTimestamp());
        var elapsed = time.GetElapsedTime(_timestamp, timestamp);
        (_now, _timestamp) = (now, timestamp);
        var jump = now - before - elapsed;
        return (jump.Duration() < Shortest ? TimeSpan.Zero : jump, elapsed);
    }
}
