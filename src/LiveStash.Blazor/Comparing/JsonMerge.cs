using System.Buffers;
using System.Text.Json;

namespace LiveStash.Comparing;

/// <summary>Two that have changed one object, each other members of it.</summary>
internal static class JsonMerge
{
    /// <summary>What the user has changed of an object, and of all else what the other has.</summary>
    /// <param name="made">What both began with.</param>
    /// <param name="users">What the user has made of it.</param>
    /// <param name="others">What the other has made of it.</param>
    /// <returns>The whole object; <see langword="null"/> where these are no objects in JSON, of one type and without references.</returns>
    public static byte[]? Merge(ReadOnlyMemory<byte> made, ReadOnlyMemory<byte> users, ReadOnlyMemory<byte> others)
    {
        try
        {
            using var first = JsonDocument.Parse(made);
            using var mine = JsonDocument.Parse(users);
            using var theirs = JsonDocument.Parse(others);
            return IsPlain(first) && IsPlain(mine) && IsPlain(theirs) ? Merge(first.RootElement, mine.RootElement, theirs.RootElement) : null;
        }
        catch (JsonException)
        {
            return null; // the app's serializer has another format
        }
    }

    private static bool IsPlain(JsonDocument document) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.EnumerateObject().All(static member => !member.Name.StartsWith('$'));

    private static byte[] Merge(JsonElement made, JsonElement users, JsonElement others)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var name in users.EnumerateObject().Concat(others.EnumerateObject()).Select(static member => member.Name).Distinct(StringComparer.Ordinal))
            {
                // A member that is not there is one that is null, for some options.
                var mine = Find(users, name);
                var value = IsSame(mine, Find(made, name)) ? Find(others, name) : mine;
                if (value is { } written)
                {
                    writer.WritePropertyName(name);
                    written.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static JsonElement? Find(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;

    private static bool IsSame(JsonElement? left, JsonElement? right) => left is { } one && right is { } other ? JsonElement.DeepEquals(one, other) : left is null && right is null;
}
