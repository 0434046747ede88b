using System.Numerics;

namespace LiveStash.Benchmarks.Load;

/// <summary>Counts durations in buckets that are at most 3 % wide. Not safe for concurrent use: one per worker, then added up.</summary>
internal sealed class Latencies
{
    private const int StepBits = 5;
    private const int Steps = 1 << StepBits;

    private readonly long[] _buckets = new long[64 * Steps];

    public long Count { get; private set; }

    /// <summary>The longest, exactly.</summary>
    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan duration)
    {
        Count++;
        Max = duration > Max ? duration : Max;
        _buckets[Bucket(duration.Ticks * TimeSpan.NanosecondsPerTick)]++;
    }

    public void Add(Latencies other)
    {
        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
        for (var i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += other._buckets[i];
        }
    }

    /// <summary>The duration that this part of all is not above.</summary>
    public TimeSpan Percentile(double part)
    {
        var rank = (long)Math.Ceiling(Count * part);
        for (var i = 0; i < _buckets.Length; i++)
        {
            rank -= _buckets[i];
            if (rank <= 0)
            {
                var end = TimeSpan.FromTicks(End(i) / TimeSpan.NanosecondsPerTick);
                return end < Max ? end : Max;
            }
        }

        return Max;
    }

    private static int Bucket(long nanoseconds)
    {
        var value = Math.Max(nanoseconds, Steps);
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return (shift * Steps) + (int)(value >> shift);
    }

    private static long End(int bucket)
    {
        var shift = Math.Max((bucket / Steps) - 1, 0);
        return (long)(bucket - (shift * Steps) + 1) << shift;
    }
}
