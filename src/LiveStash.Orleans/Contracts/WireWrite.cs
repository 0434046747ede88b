namespace LiveStash.Orleans.Contracts;

/// <summary>The argument of <see cref="IStashGrain.WriteAsync"/>: <see cref="StashWrite"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Write")]
internal sealed class WireWrite(WireCall call, StashWrite write)
{
    [Id(0)]
    public long Epoch { get; init; } = write.Epoch;

    [Id(1)]
    public long BaseVersion { get; init; } = write.BaseVersion;

    [Id(2)]
    public bool Replace { get; init; } = write.Replace;

    [Id(3)]
    public StashEntry[] Changed { get; init; } = WireEntries.ToArray(write.Changed);

    /// <summary><see langword="null"/> for none, as in most writes: an empty array would cost bytes and time on the way.</summary>
    [Id(4)]
    public string[]? Removed { get; init; } = write.Removed.Count == 0 ? null : WireEntries.ToArray(write.Removed);

    [Id(5)]
    public WireTerms Terms { get; init; } = new(write.Terms);

    [Id(6)]
    public WireCall Call { get; init; } = call;

    /// <summary>The write, checked: on the wire a name can be missing.</summary>
    /// <exception cref="ArgumentException">The terms cannot be kept, an entry has no name, or a number is impossible.</exception>
    public StashWrite ToWrite()
    {
        WireNumbers.ThrowIfImpossible(Epoch);
        WireNumbers.ThrowIfImpossible(BaseVersion);
        foreach (var entry in Changed ?? [])
        {
            if (entry.Name is null)
            {
                throw new ArgumentException("An entry has no name.");
            }
        }

        return new()
        {
            Epoch = Epoch,
            BaseVersion = BaseVersion,
            Replace = Replace,
            Changed = Changed ?? [],
            Removed = Removed ?? [],
            Terms = Terms.ToTerms(),
        };
    }
}
