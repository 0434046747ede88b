namespace LiveStash.Orleans.Contracts;

/// <summary>
/// How a <see cref="StashEntry"/> crosses between processes; the public type knows nothing of Orleans. Within a process
/// it is not used: the messages that hold entries are immutable and go by reference.
/// </summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Entry")]
internal struct WireEntry
{
    [Id(0)]
    public string Name;

    [Id(1)]
    public ReadOnlyMemory<byte> Value;
}
