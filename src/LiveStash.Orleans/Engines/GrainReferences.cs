using LiveStash.Orleans.Contracts;

namespace LiveStash.Orleans.Engines;

/// <summary>
/// The references to the grains that were called lately: a page writes to its stash again and again, and need not
/// have a reference made for each write. Bounded: one place per hash, and the last one counts. Safe for concurrent use.
/// </summary>
internal sealed class GrainReferences(IGrainFactory grains)
{
    /// <summary>A power of two.</summary>
    private const int Places = 4096;

    private readonly Known?[] _places = new Known?[Places];

    public IStashGrain For(StashId id)
    {
        ref var place = ref _places[id.GetHashCode() & (Places - 1)];
        var known = place;
        if (known is null || known.Id != id)
        {
            place = known = new(id, grains.GetGrain<IStashGrain>(id.ToString()));
        }

        return known.Grain;
    }

    private sealed class Known(StashId id, IStashGrain grain)
    {
        public StashId Id { get; } = id;

        public IStashGrain Grain { get; } = grain;
    }
}
