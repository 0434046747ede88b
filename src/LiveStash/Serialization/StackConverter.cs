using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveStash.Serialization;

/// <summary>Stacks as JSON writes them, from the top; by itself it would read them back the other way around.</summary>
internal sealed class StackConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType
        && typeToConvert.GetGenericTypeDefinition() is var type
        && (type == typeof(Stack<>) || type == typeof(ConcurrentStack<>) || type == typeof(ImmutableStack<>));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var item = typeToConvert.GetGenericArguments()[0];
        return (JsonConverter)Activator.CreateInstance(typeof(Of<,>).MakeGenericType(typeToConvert, item))!;
    }

    private sealed class Of<TStack, T> : JsonConverter<TStack>
        where TStack : class, IEnumerable<T>
    {
        public override TStack? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var fromTheBottom = JsonSerializer.Deserialize<T[]>(ref reader, options)!;
            Array.Reverse(fromTheBottom);
            object stack = typeof(TStack) == typeof(Stack<T>) ? new Stack<T>(fromTheBottom)
                : typeof(TStack) == typeof(ConcurrentStack<T>) ? new ConcurrentStack<T>(fromTheBottom)
                : ImmutableStack.Create(fromTheBottom);
            return (TStack)stack;
        }

        public override void Write(Utf8JsonWriter writer, TStack value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.ToArray(), options);
    }
}
