namespace LiveStash.Orleans.Engines;

/// <summary>
/// Tells many calls at once that their answers take long. The calls that begin at about the same time share a
/// timer, rather than to make one each. It may tell a little early, never late: who is told
/// waits for the rest with a timer of its own.
/// </summary>
internal sealed class EnginePatience(TimeSpan length, TimeProvider time)
{
    /// <summary>Calls that begin within this part of <see cref="Length"/> share a timer.</summary>
    private const int Windows = 8;

    private const int MaxProcessors = 16;

    private readonly long _windowTicks = Math.Max((length / Windows).Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond, 1);

    // One for each processor, up to a bound: every call takes and gives back a place in it under a lock.
    private readonly Window?[] _windows = new Window?[Math.Min(Environment.ProcessorCount, MaxProcessors)];

    /// <summary>How long an answer may take until it takes long.</summary>
    public TimeSpan Length => length;

    /// <summary>Is cancelled when a call that begins now takes long, or by the caller.</summary>
    /// <param name="now">The present timestamp.</param>
    /// <param name="caller">The caller's own token.</param>
    public CancellationToken TokenFor(long now, CancellationToken caller)
    {
        if (caller.CanBeCanceled)
        {
            // Two reasons to stop waiting do not fit into one shared token: the call has a timer of its own from the start.
            return Always;
        }

        ref var place = ref _windows[(uint)Thread.GetCurrentProcessorId() % (uint)_windows.Length];
        var window = place;
        if (window is null || now - window.Begin >= _windowTicks || window.Token.IsCancellationRequested)
        {
            // Where two calls do this at once, one of the timers is used by one call only.
            place = window = new(now, new CancellationTokenSource(length, time).Token);
        }

        return window.Token;
    }

    private static readonly CancellationToken Always = new(canceled: true);

    private sealed record Window(long Begin, CancellationToken Token);
}
