using LiveStash.Orleans.Server.Measuring;
using Microsoft.Extensions.Logging;
using Orleans;

namespace LiveStash.Orleans.Server.Migration;

/// <summary>
/// Counts the stashes of this silo that were acknowledged and went with their activation, and says so: many go at one moment, so
/// it is one line a second at most. Safe for concurrent use.
/// </summary>
internal sealed partial class LostStashes : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly StashMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _count;
    private long _unsaid;
    private long _leaving;
    private DeactivationReasonCode _reason;

    public LostStashes(TimeProvider time, StashMetrics metrics, ILogger logger)
    {
        _metrics = metrics;
        _logger = logger;
        _timer = time.CreateTimer(static lost => ((LostStashes)lost!).Say(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Since the silo started.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>One that is in memory only sets out for another silo.</summary>
    public void Leaving() => Interlocked.Increment(ref _leaving);

    /// <summary>The activation of one that set out has ended.</summary>
    /// <param name="lost">Why, where nobody has taken the content.</param>
    public void Left(DeactivationReasonCode? lost)
    {
        Interlocked.Decrement(ref _leaving);
        if (lost is { } reason)
        {
            Add(1, reason);
        }
    }

    /// <summary>When the silo has ended: what has not been said yet, and what has set out and not arrived.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Add(Interlocked.Exchange(ref _leaving, 0), DeactivationReasonCode.ShuttingDown);
        Say();
    }

    private void Add(long count, DeactivationReasonCode reason)
    {
        if (count == 0)
        {
            return;
        }

        Interlocked.Add(ref _count, count);
        _metrics.Lost(count, reason);
        _reason = reason;
        if (Interlocked.Add(ref _unsaid, count) == count)
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Say()
    {
        var unsaid = Interlocked.Exchange(ref _unsaid, 0);
        if (unsaid > 0)
        {
            LogLost(_logger, unsaid, _reason, Count);
        }
    }

    [LoggerMessage(2120, LogLevel.Warning, "{Lost} stash(es) that were in memory only are lost ({Reason}): no other silo took them. {Count} since this silo started. Run another silo, or use WriteBehind or WriteThrough")]
    private static partial void LogLost(ILogger logger, long lost, DeactivationReasonCode reason, long count);
}
