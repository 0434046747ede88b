using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace LiveStash.Serialization;

/// <summary>System.Text.Json with <see cref="LiveStashOptions.JsonSerializerOptions"/>. Never resolves a type named by the bytes.</summary>
internal sealed class JsonStashSerializer(IOptions<LiveStashOptions> options) : IStashSerializer
{
    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    private readonly JsonSerializerOptions _options = ReadOnly(options.Value.JsonSerializerOptions);

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

    private static JsonSerializerOptions ReadOnly(JsonSerializerOptions options)
    {
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class NoBuffer : IBufferWriter<byte>
    {
        public static readonly NoBuffer Instance = new();

        public void Advance(int count) => throw new InvalidOperationException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException();
    }
}
