namespace LiveStash.Orleans.Contracts;

internal static class WireEntries
{
    /// <summary>The array itself where it is one: a list of another type may have no serializer, such as that of a collection expression.</summary>
    public static T[] ToArray<T>(IReadOnlyList<T> list) => list as T[] ?? [.. list];
}
