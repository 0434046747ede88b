using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace LiveStash.Serialization;

/// <summary>System.Text.Json with <see cref="LiveStashOptions.JsonSerializerOptions"/>. Never resolves a type named by the bytes.</summary>
internal sealed class JsonStashSerializer(IOptions<LiveStashOptions> options) : IStashSerializer
{
    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    private readonly JsonSerializerOptions _options = Whole(options.Value.JsonSerializerOptions);

    public void Serialize<T>(IBufferWriter<byte> writer, T value)
    {
        // One writer per thread: making one allocates more than most values need.
        // The escaping is the writer's affair and not taken from the options, so a writer of another serializer may not fit.
        var json = Interlocked.Exchange(ref s_writer, null);
        if (json is null || json.Options.Encoder != _options.Encoder)
        {
            json = new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true, Encoder = _options.Encoder });
        }

        json.Reset(writer);
        try
        {
            JsonSerializer.Serialize(json, value, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
            json.Flush();
        }
        finally
        {
            // Else the thread would keep the last caller's buffer alive.
            json.Reset(NoBuffer.Instance);
            s_writer = json;
        }
    }

    public T? Deserialize<T>(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));

    public string? FindUnreadable(Type type) => FindUnreadable(type, []);

    private string? FindUnreadable(Type type, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!seen.Add(type))
        {
            return null;
        }

        JsonTypeInfo info;
        try
        {
            info = _options.GetTypeInfo(type);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            return exception.Message;
        }

        if (type == typeof(object))
        {
            return "System.Object does not say what to make of the value";
        }

        var isMade = info.Kind == JsonTypeInfoKind.None || info.CreateObject is not null || info.PolymorphismOptions is not null || !(type.IsInterface || type.IsAbstract);
        if (info.Kind == JsonTypeInfoKind.Object && !isMade)
        {
            return $"{type} is {(type.IsInterface ? "an interface" : "abstract")}, and nothing says which type to make. Declare the type that it is, or list the types with [JsonDerivedType]";
        }

        if (info.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
        {
            return info.ElementType is { } element ? FindUnreadable(element, seen) : null;
        }

        if (info.Kind != JsonTypeInfoKind.Object || info.PolymorphismOptions is not null)
        {
            return null;
        }

        if (!IsConstructed(info))
        {
            return $"{type} has no constructor that System.Text.Json would take: one without parameters, or with a property of the same name and type for each. Give it one, or a converter";
        }

        return IsReadBackEmpty(info) ? $"{type} has properties, and none that could be set: it would come back empty. Keep what it is made of, or give it a converter" : info.Properties
            .Where(static property => property is { Get: not null, CustomConverter: null } && property.ShouldSerialize is null)
            .Select(property => FindUnreadable(property.PropertyType, seen) is { } reason ? $"{type.Name}.{property.Name}: {reason}" : null)
            .FirstOrDefault(static reason => reason is not null);
    }

    /// <summary>Whether an object can be made. What a source generator knows of that it does not tell.</summary>
    private static bool IsConstructed(JsonTypeInfo info) => info.CreateObject is not null || info.OriginatingResolver is JsonSerializerContext || info.Type.IsValueType
        || (info.ConstructorAttributeProvider is ConstructorInfo constructor && constructor.GetParameters().Length == info.Properties.Count(static property => property.AssociatedParameter is not null));

    /// <summary>Whether an object has something to keep, and nothing of it can be given to another one.</summary>
    private static bool IsReadBackEmpty(JsonTypeInfo info)
    {
        var written = info.Properties.Where(static property => property.Get is not null).ToArray();
        return written.Length > 0 && !info.Options.IgnoreReadOnlyProperties
            && written.All(static property => property is { Set: null, AssociatedParameter: null, ObjectCreationHandling: not JsonObjectCreationHandling.Populate })
            && HasFields(info.Type);
    }

    private static bool HasFields(Type? type) =>
        type is not null && (type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0 || HasFields(type.BaseType));

    /// <summary>The app's options, which are not changed any more, with what a state needs beyond a document.</summary>
    private static JsonSerializerOptions Whole(JsonSerializerOptions options)
    {
        options.MakeReadOnly(populateMissingResolver: true);
        var own = new JsonSerializerOptions(options) { TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(WholeObjects.Modify) };
        own.MakeReadOnly();
        return own;
    }

    private sealed class NoBuffer : IBufferWriter<byte>
    {
        public static readonly NoBuffer Instance = new();

        public void Advance(int count) => throw new InvalidOperationException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException();
    }
}
