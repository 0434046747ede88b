namespace LiveStash.Orleans.Contracts;

/// <summary>Lets Orleans write a <see cref="StashEntry"/> as a <see cref="WireEntry"/>.</summary>
[RegisterConverter]
internal sealed class WireEntryConverter : IConverter<StashEntry, WireEntry>
{
    public StashEntry ConvertFromSurrogate(in WireEntry surrogate) => new(surrogate.Name, surrogate.Value);

    public WireEntry ConvertToSurrogate(in StashEntry value) => new() { Name = value.Name, Value = value.Value };
}
