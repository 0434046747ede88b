using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>A write of one stash.</summary>
/// <param name="Id">Of its rows.</param>
/// <param name="Known">The ETag that the row has to have; 0 where there must be none.</param>
/// <param name="ETag">The next one: as it is random, it names the write, too.</param>
/// <param name="Stash">What the row shall hold.</param>
/// <param name="Changed">The entries that are not in the row.</param>
/// <param name="Removed">The names of those that are in the row and shall not be.</param>
internal sealed record StashWriteOperation(Guid Id, long Known, long ETag, StoredStash Stash, List<StashEntry> Changed, List<string> Removed)
{
    /// <summary>In bytes, about.</summary>
    public int Size => 100 + Changed.Sum(static entry => entry.Size + 40);

    /// <summary>Makes one that writes the difference.</summary>
    public static StashWriteOperation Create(Guid id, StoredStash stash, StashImage? known, long etag)
    {
        List<StashEntry> changed = [];
        List<string> removed = [];

        // Both are sorted.
        var (before, after) = (known?.Entries ?? [], stash.Image.Entries);
        for (int i = 0, j = 0; i < before.Length || j < after.Length;)
        {
            var order = i == before.Length ? 1 : j == after.Length ? -1 : string.CompareOrdinal(before[i].Name, after[j].Name);
            if (order < 0)
            {
                removed.Add(before[i++].Name);
                continue;
            }

            if (order > 0 || !IsSame(before[i].Value, after[j].Value))
            {
                changed.Add(after[j]);
            }

            (i, j) = (order > 0 ? i : i + 1, j + 1);
        }

        return new(id, etag, NewETag(), stash, changed, removed);
    }

    private static bool IsSame(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => left.Equals(right) || left.Span.SequenceEqual(right.Span);

    /// <summary>Never the same for two writes, so that the ETag of a stash that was deleted is not that of its successor.</summary>
    public static long NewETag() => Random.Shared.NextInt64(1, long.MaxValue);
}
