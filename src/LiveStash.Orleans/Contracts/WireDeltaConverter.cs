namespace LiveStash.Orleans.Contracts;

/// <summary>Lets Orleans write a <see cref="StashWrite"/> as a <see cref="WireDelta"/>.</summary>
[RegisterConverter]
internal sealed class WireDeltaConverter : IConverter<StashWrite, WireDelta>
{
    public StashWrite ConvertFromSurrogate(in WireDelta surrogate) => new()
    {
        Epoch = surrogate.Epoch,
        BaseVersion = surrogate.BaseVersion,
        Replace = surrogate.Replace,
        Changed = surrogate.Changed ?? [],
        Removed = surrogate.Removed ?? [],
        Terms = surrogate.Terms.ToUnchecked(),
    };

    public WireDelta ConvertToSurrogate(in StashWrite value) => new()
    {
        Epoch = value.Epoch,
        BaseVersion = value.BaseVersion,
        Replace = value.Replace,
        Changed = WireEntries.ToArray(value.Changed),
        Removed = value.Removed.Count == 0 ? null : WireEntries.ToArray(value.Removed),
        Terms = new(value.Terms),
    };
}
