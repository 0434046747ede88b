using Orleans;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>The head row of a ledger: its sheets. Plain arrays, for any serializer of grain storage; properties are only ever added.</summary>
[GenerateSerializer, Alias("LiveStash.Ledger")]
internal sealed class LedgerState
{
    /// <summary>The ids of the sheets.</summary>
    [Id(0)]
    public string[] Sheets { get; set; } = [];

    /// <summary>In the order of <see cref="Sheets"/>, in UTC ticks of 100 ns: when to look at it. 0 at the next tick, as for the one that is added to.</summary>
    [Id(1)]
    public long[] Due { get; set; } = [];
}
