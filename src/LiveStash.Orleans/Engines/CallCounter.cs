using System.Runtime.InteropServices;

namespace LiveStash.Orleans.Engines;

/// <summary>Counts calls, on a cache line of its own: what else is read with every call is not to be fetched again for it.</summary>
internal sealed class CallCounter
{
    private const int TwoLines = 128;

    private Padded _count;

    /// <summary>1, 2, 3, ...</summary>
    public long Next() => Interlocked.Increment(ref _count.Value);

    [StructLayout(LayoutKind.Explicit, Size = 2 * TwoLines)]
    private struct Padded
    {
        [FieldOffset(TwoLines)]
        public long Value;
    }
}
