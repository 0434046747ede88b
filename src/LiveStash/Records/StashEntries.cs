namespace LiveStash.Records;

/// <summary>Operations on the sorted entries of a stash. An array is never changed, only replaced.</summary>
internal static class StashEntries
{
    private const int Few = 8;

    private static readonly Comparer<StashEntry> ByName =
        Comparer<StashEntry>.Create(static (left, right) => string.CompareOrdinal(left.Name, right.Name));

    /// <summary>The sum of the entries' sizes, in bytes.</summary>
    public static long Size(StashEntry[] entries)
    {
        long size = 0;
        foreach (var entry in entries)
        {
            size += entry.Size;
        }

        return size;
    }

    /// <summary>A new sorted array: <paramref name="current"/> without <paramref name="removed"/>, with <paramref name="changed"/>.</summary>
    public static StashEntry[] Merge(StashEntry[] current, IReadOnlyList<StashEntry> changed, IReadOnlyList<string> removed)
    {
        if (removed.Count == 0 && TryOverwrite(current, changed) is { } overwritten)
        {
            return overwritten;
        }

        var merged = new SortedList<string, ReadOnlyMemory<byte>>(current.Length + changed.Count, StringComparer.Ordinal);
        var gone = removed.Count == 0 ? null : new HashSet<string>(removed, StringComparer.Ordinal);
        foreach (var entry in current)
        {
            if (gone is null || !gone.Contains(entry.Name))
            {
                merged.Add(entry.Name, entry.Value);
            }
        }

        foreach (var entry in changed.Order(ByName))
        {
            merged[entry.Name] = entry.Value;
        }

        return [.. merged.Select(static pair => new StashEntry(pair.Key, pair.Value))];
    }

    /// <summary>Most components have a few entries, among which looking at each is faster than to search.</summary>
    private static int IndexOf(StashEntry[] entries, in StashEntry entry)
    {
        if (entries.Length > Few)
        {
            return Array.BinarySearch(entries, entry, ByName);
        }

        for (var i = 0; i < entries.Length; i++)
        {
            if (string.Equals(entries[i].Name, entry.Name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The usual write: every changed name is there already, so the order stays and one copy does.</summary>
    private static StashEntry[]? TryOverwrite(StashEntry[] current, IReadOnlyList<StashEntry> changed)
    {
        if (changed.Count > current.Length)
        {
            return null;
        }

        var copy = current.AsSpan().ToArray();
        foreach (var entry in changed as StashEntry[] ?? [.. changed])
        {
            var index = IndexOf(copy, entry);
            if (index < 0)
            {
                return null;
            }

            // The name that is there already is kept: one string for all versions of the record.
            copy[index] = copy[index] with { Value = entry.Value };
        }

        return copy;
    }
}
