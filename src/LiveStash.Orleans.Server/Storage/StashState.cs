using System.Runtime.InteropServices;
using LiveStash.Records;
using Orleans;

namespace LiveStash.Orleans.Server.Storage;

/// <summary>
/// What a storage provider keeps of a stash. Plain arrays, numbers and a parameterless constructor, so that every serializer of
/// grain storage can write it. Properties are only ever added.
/// </summary>
[GenerateSerializer, Alias("LiveStash.State")]
internal sealed class StashState
{
    [Id(0)]
    public long Epoch { get; set; }

    [Id(1)]
    public long Version { get; set; }

    /// <summary>In ticks of 100 ns.</summary>
    [Id(2)]
    public long TimeToLive { get; set; }

    /// <summary>In UTC ticks of 100 ns: expiry is exact, and formats of dates are not.</summary>
    [Id(3)]
    public long ExpiresAt { get; set; }

    [Id(4)]
    public string[] Names { get; set; } = [];

    /// <summary>In the order of <see cref="Names"/>.</summary>
    [Id(5)]
    public byte[][] Values { get; set; } = [];

    /// <summary>The number of the <see cref="StashDurability"/> it was written with.</summary>
    [Id(6)]
    public int Durability { get; set; }

    /// <summary>Of earlier versions: the stash has a reminder of its own. Not written any more.</summary>
    [Id(7)]
    public bool HasReminder { get; set; }

    /// <summary>Whether a ledger lists the stash. Always, but in rows of earlier versions.</summary>
    [Id(8)]
    public bool IsListed { get; set; }

    /// <summary>As <see cref="ExpiresAt"/>; 0 where there is none.</summary>
    [Id(9)]
    public long Deadline { get; set; }

    public static StashState From(StashImage image, StashDurability durability, bool isListed) => From(new(image, durability, isListed));

    public static StashState From(StoredStash stash) => new()
    {
        Epoch = stash.Image.Epoch,
        Version = stash.Image.Version,
        TimeToLive = stash.Image.TimeToLive.Ticks,
        ExpiresAt = stash.Image.ExpiresAt.UtcTicks,
        Names = Array.ConvertAll(stash.Image.Entries, static entry => entry.Name),
        Values = Array.ConvertAll(stash.Image.Entries, static entry => ToArray(entry.Value)),
        Durability = (int)stash.Durability,
        IsListed = stash.IsListed,
        Deadline = stash.Image.Deadline?.UtcTicks ?? 0,
    };

    public StoredStash ToStored() => new(ToImage(), (StashDurability)Durability, IsListed);

    public StashImage ToImage()
    {
        var entries = new StashEntry[Names.Length];
        var size = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new(Names[i], Values[i]);
            size += entries[i].Size;
        }

        return new(Epoch, Version, new(TimeToLive), new(ExpiresAt, TimeSpan.Zero), entries, size) { Deadline = Deadline == 0 ? null : new DateTimeOffset(Deadline, TimeSpan.Zero) };
    }

    private static byte[] ToArray(ReadOnlyMemory<byte> value) =>
        MemoryMarshal.TryGetArray(value, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : value.ToArray();
}
