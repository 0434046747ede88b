using Orleans;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>The row of a sheet: some stashes of a ledger. Plain arrays, for any serializer of grain storage; properties are only ever added.</summary>
[GenerateSerializer, Alias("LiveStash.Sheet")]
internal sealed class SheetState
{
    /// <summary>The keys of the stashes' grains.</summary>
    [Id(0)]
    public string[] Keys { get; set; } = [];

    /// <summary>In the order of <see cref="Keys"/>, in UTC ticks of 100 ns: from when on to ask the stash.</summary>
    [Id(1)]
    public long[] Due { get; set; } = [];
}
