namespace LiveStash.Orleans.Engines;

/// <summary>
/// Bounds what the engines of a process send again: a tenth of their calls, and a few a second where calls are rare. Without it a
/// cluster that is too slow for its calls would get several times as many. Safe for concurrent use.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    /// <summary>So many are there at first, and after a quiet time: a silo that stops rejects what is under way to it at one moment.</summary>
    public const int Reserve = 100;

    /// <summary>How much of each call may be sent again.</summary>
    public const double PerCall = 0.1;

    /// <summary>How many more may be sent again each second.</summary>
    public const int PerSecond = 10;

    /// <summary>The most that a busy process puts by.</summary>
    private const int Max = 1000;

    private const int LongsOfACacheLine = 8;

    private readonly long[] _calls = new long[Math.Min(Environment.ProcessorCount, 16) * LongsOfACacheLine];
    private readonly Lock _lock = new();
    private double _left = Reserve;
    private long _counted;
    private long _at = time.GetTimestamp();

    /// <summary>Counts a call. On every call's way: without a lock, and so a few may not be counted.</summary>
    public void OnCall() => _calls[(uint)Thread.GetCurrentProcessorId() * LongsOfACacheLine % (uint)_calls.Length]++;

    /// <summary>Takes the permission to send one call again.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            long calls = 0;
            for (var i = 0; i < _calls.Length; i += LongsOfACacheLine)
            {
                calls += _calls[i];
            }

            var now = time.GetTimestamp();
            if (_left < Reserve)
            {
                _left = Math.Min(_left + (time.GetElapsedTime(_at, now).TotalSeconds * PerSecond), Reserve);
            }

            _left = Math.Min(_left + ((calls - _counted) * PerCall), Max);
            (_counted, _at) = (calls, now);
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }
}
