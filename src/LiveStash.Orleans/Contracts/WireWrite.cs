namespace LiveStash.Orleans.Contracts;

/// <summary>The argument of <see cref="IStashGrain.WriteAsync"/>. Within a process the write itself goes by reference.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Write")]
internal readonly struct WireWrite(StashId id, WireCall call, StashWrite write)
{
    [Id(0)]
    public WireCall Call { get; init; } = call;

    /// <summary>Between processes it is a <see cref="WireDelta"/>.</summary>
    [Id(1)]
    public StashWrite Write { get; init; } = write;

    /// <inheritdoc cref="StashAddress.SecretOf"/>
    [Id(2)]
    public UInt128 Secret { get; init; } = StashAddress.SecretOf(id);

    /// <summary>The write, checked: a call that is refused for it must not have changed anything.</summary>
    /// <exception cref="ArgumentException">The terms cannot be kept, an entry has no name, or a number is impossible.</exception>
    public StashWrite ToWrite()
    {
        var write = Write ?? throw new ArgumentException("There is no write.");
        WireNumbers.ThrowIfImpossible(write.Epoch);
        WireNumbers.ThrowIfImpossible(write.BaseVersion);
        write.Terms.ThrowIfInvalid();
        foreach (var entry in WireEntries.ToArray(write.Changed))
        {
            if (entry.Name is null)
            {
                throw new ArgumentException("An entry has no name.");
            }
        }

        return write;
    }
}
