namespace LiveStash;

/// <summary>
/// What another version of a component had saved. Given to the component's migration, which reads the old values and sets
/// the new properties.
/// </summary>
public sealed class StashMigration
{
    private readonly Func<string, ReadOnlyMemory<byte>?> _find;
    private readonly IStashSerializer _serializer;

    internal StashMigration(int fromVersion, Func<string, ReadOnlyMemory<byte>?> find, IStashSerializer serializer)
    {
        FromVersion = fromVersion;
        _find = find;
        _serializer = serializer;
    }

    /// <summary>The version of the component that saved.</summary>
    public int FromVersion { get; }

    /// <summary>Reads an old value.</summary>
    /// <param name="property">The name the property had.</param>
    /// <param name="value">The value.</param>
    /// <typeparam name="T">The type the property had, or one of the same shape.</typeparam>
    /// <returns>Whether there was such a property and its value could be read as <typeparamref name="T"/>.</returns>
    public bool TryGet<T>(string property, out T? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(property);
        value = default;
        if (_find(property) is not { } bytes)
        {
            return false;
        }

        try
        {
            value = _serializer.Deserialize<T>(bytes.Span);
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever the app's serializer throws: bytes of another shape are what a migration has to expect.
            return false;
        }
    }
}
