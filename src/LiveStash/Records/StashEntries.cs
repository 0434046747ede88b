namespace LiveStash.Records;

/// <summary>Operations on the sorted entries of a stash. An array is never changed, only replaced.</summary>
internal static class StashEntries
{
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

    /// <summary>The usual write: every changed name is there already, so the order stays and one copy does.</summary>
    private static StashEntry[]? TryOverwrite(StashEntry[] current, IReadOnlyList<StashEntry> changed)
    {
        if (changed.Count > current.Length)
        {
            return null;
        }

        var copy = current.AsSpan().ToArray();
        for (var i = 0; i < changed.Count; i++)
        {
            var index = Array.BinarySearch(copy, changed[i], ByName);
            if (index < 0)
            {
                return null;
            }

            // The name that is there already is kept: one string for all versions of the record.
            copy[index] = copy[index] with { Value = changed[i].Value };
        }

        return copy;
    }
}
