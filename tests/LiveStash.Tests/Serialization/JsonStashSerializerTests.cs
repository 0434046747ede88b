using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LiveStash.Serialization;

namespace LiveStash.Tests.Serialization;

public sealed class JsonStashSerializerTests
{
    private readonly IStashSerializer _serializer = Serializer(new LiveStashOptions());

    public enum Colour
    {
        Red,
        Blue = 7,
    }

    [Fact]
    public void Serialize_Record_ComesBackEqual() =>
        Assert.Equal(new Order("o-1", 3, Colour.Blue, new Line("x", 1.10m)), RoundTrip(new Order("o-1", 3, Colour.Blue, new Line("x", 1.10m))));

    [Fact]
    public void Serialize_RecordWithNulls_ComesBackEqual() =>
        Assert.Equal(new Order(null, null, default, null), RoundTrip(new Order(null, null, default, null)));

    [Fact]
    public void Serialize_Null_ComesBackNull()
    {
        Assert.Null(RoundTrip<string?>(null));
        Assert.Null(RoundTrip<int?>(null));
        Assert.Null(RoundTrip<Order?>(null));
        Assert.Null(RoundTrip<Dictionary<string, int>?>(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a \" \\ \0 \n </script> & '")]
    [InlineData("日本語 שלום 👩‍👩‍👧 e\u0301")]
    public void Serialize_Text_ComesBackEqual(string text) => Assert.Equal(text, RoundTrip(text));

    [Fact]
    public void Serialize_Numbers_ComeBackWithoutLoss()
    {
        Assert.Equal("79228162514264337593543950335", RoundTrip(decimal.MaxValue).ToString());
        Assert.Equal("1.100", RoundTrip(1.100m).ToString()); // the scale too
        Assert.Equal(0.1 + 0.2, RoundTrip(0.1 + 0.2));
        Assert.Equal(double.Epsilon, RoundTrip(double.Epsilon));
        Assert.Equal(long.MinValue, RoundTrip(long.MinValue));
        Assert.Equal(ulong.MaxValue, RoundTrip(ulong.MaxValue));
        Assert.Equal(UInt128.MaxValue, RoundTrip(UInt128.MaxValue));
    }

    [Fact]
    public void Serialize_Times_ComeBackWithTickAndOffset()
    {
        var moment = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.FromMinutes(345)).AddTicks(1234567);
        Assert.True(moment.EqualsExact(RoundTrip(moment)));
        Assert.True(DateTimeOffset.MaxValue.EqualsExact(RoundTrip(DateTimeOffset.MaxValue)));
        foreach (var kind in Enum.GetValues<DateTimeKind>().Where(kind => kind != DateTimeKind.Local))
        {
            var date = new DateTime(2031, 2, 3, 4, 5, 6, kind).AddTicks(7);
            Assert.Equal((date, kind), (RoundTrip(date), RoundTrip(date).Kind));
        }

        Assert.Equal(TimeSpan.MinValue, RoundTrip(TimeSpan.MinValue));
        Assert.Equal(new DateOnly(2031, 2, 3), RoundTrip(new DateOnly(2031, 2, 3)));
        Assert.Equal(new TimeOnly(4, 5, 6, 7), RoundTrip(new TimeOnly(4, 5, 6, 7)));
    }

    [Fact]
    public void Serialize_ValuesOfOtherKinds_ComeBackEqual()
    {
        var id = Guid.NewGuid();
        Assert.Equal(id, RoundTrip(id));
        Assert.True(RoundTrip(true));
        Assert.Equal(Colour.Blue, RoundTrip(Colour.Blue));
        Assert.Equal((Colour)99, RoundTrip((Colour)99));
        Assert.Equal(new Uri("https://example.org/?a=ä"), RoundTrip(new Uri("https://example.org/?a=ä")));
        Assert.Equal([0, 255, 128], RoundTrip(new byte[] { 0, 255, 128 }));
    }

    [Fact]
    public void Serialize_Collections_ComeBackEqual()
    {
        Assert.Equal([1, 2, 3], RoundTrip(new List<int> { 1, 2, 3 }));
        Assert.Equal([null, "a"], RoundTrip(new List<string?> { null, "a" }));
        Assert.Equal([3, 1], RoundTrip(new HashSet<int> { 3, 1 })!);
        Assert.Equal(
            new() { ["b"] = [new("x", 1)], [""] = [], ["ä"] = null },
            RoundTrip(new Dictionary<string, Line[]?> { ["b"] = [new("x", 1)], [""] = [], ["ä"] = null }));
        Assert.Equal(new() { [Colour.Blue] = 1 }, RoundTrip(new Dictionary<Colour, int> { [Colour.Blue] = 1 }));
        Assert.Equal(new() { [-1] = "x" }, RoundTrip(new Dictionary<int, string> { [-1] = "x" }));
    }

    [Fact]
    public void Serialize_TuplesAndPublicFields_ComeBackEqual()
    {
        Assert.Equal((1, "a"), RoundTrip((1, "a")));
        Assert.Equal((1, (Name: "a", Price: 2.5m), default(string)), RoundTrip((1, (Name: "a", Price: 2.5m), default(string))));
        Assert.Equal([(1, true)], RoundTrip(new List<(int Id, bool Done)> { (1, true) }));
        Assert.Equal(5, RoundTrip(new WithField { Count = 5 })!.Count);
    }

    [Fact]
    public void Serialize_AsDeclaredType_WritesNothingOfTheTypeBehindIt()
    {
        var bytes = Serialize<Line>(_serializer, new SecretLine("x", 1, "s3cret"));

        Assert.DoesNotContain("s3cret", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Serialize_EqualValues_GivesEqualBytesOnEveryThreadAndInEveryOrderOfCalls()
    {
        var value = new Order("o-1", 3, Colour.Blue, new Line("日本", 1.10m));
        var expected = Serialize(_serializer, value);

        Parallel.For(0, 200, i =>
        {
            Serialize(_serializer, new string('x', i * 17));
            Assert.Equal(expected, Serialize(_serializer, value with { }));
            Assert.Equal(expected, Serialize(Serializer(new LiveStashOptions()), value));
        });
    }

    [Fact]
    public void Serialize_LargerThanTheWritersBuffers_ComesBackEqual()
    {
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i} ä\n"));

        Assert.Equal(text, RoundTrip(text));
    }

    [Fact]
    public void Serialize_AfterAValueThatThrowsHalfway_WritesTheNextOneClean()
    {
        var writer = new ArrayBufferWriter<byte>();
        Assert.Throws<NotImplementedException>(() => _serializer.Serialize(writer, new Throwing()));

        Assert.Equal("[1,2]", Encoding.UTF8.GetString(Serialize<int[]>(_serializer, [1, 2])));
        Assert.Equal(0, writer.WrittenCount);
    }

    [Fact]
    public void Serialize_FromWithinAConverter_DoesNotMixTheWriters()
    {
        var options = new LiveStashOptions();
        options.JsonSerializerOptions.Converters.Add(new NestingConverter(_serializer));

        Assert.Equal("\"[1,2]\"", Encoding.UTF8.GetString(Serialize(Serializer(options), new WithField { Count = 2 })));
    }

    [Fact]
    public void Serialize_Cycle_ThrowsJsonException()
    {
        var node = new Node();
        node.Next = node;

        Assert.Throws<JsonException>(() => Serialize(_serializer, node));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("{\"Id\":1}")]
    [InlineData("{} {}")]
    [InlineData("\uFFFE")]
    public void Deserialize_BytesOfAnotherForm_ThrowsJsonException(string json) =>
        Assert.Throws<JsonException>(() => _serializer.Deserialize<Order>(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Deserialize_BytesOfAnOlderVersion_LeavesNewPropertiesAtTheirDefaultAndPassesOverOldOnes() =>
        Assert.Equal(new Order("o-1", null, default, null), _serializer.Deserialize<Order>("""{"Id":"o-1","Dropped":[1]}"""u8));

    [Fact]
    public void Deserialize_TypeNamedByTheBytes_IsNotResolved()
    {
        var value = _serializer.Deserialize<object>("""{"$type":"LiveStash.Tests.Serialization.JsonStashSerializerTests+Throwing, LiveStash.Tests"}"""u8);

        Assert.IsType<JsonElement>(value);
    }

    [Fact]
    public void Serialize_UserOptions_AreFollowed()
    {
        var options = new LiveStashOptions
        {
            JsonSerializerOptions = new(JsonSerializerDefaults.Web)
            {
                Converters = { new JsonStringEnumConverter() },
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            },
        };

        // First with the defaults, on this thread: nothing of them is left for the second serializer.
        Serialize(_serializer, "日本");
        var json = Encoding.UTF8.GetString(Serialize(Serializer(options), new Order("日本", null, Colour.Blue, null)));

        Assert.Equal("""{"id":"日本","colour":"Blue"}""", json);
        Assert.Equal("\"\\u65E5\"", Encoding.UTF8.GetString(Serialize(_serializer, "日")));
    }

    [Fact]
    public void Serialize_UserOptionsWithoutResolver_UsesReflection()
    {
        var serializer = Serializer(new LiveStashOptions { JsonSerializerOptions = new() });

        Assert.Equal("{\"Name\":\"x\",\"Price\":1}", Encoding.UTF8.GetString(Serialize(serializer, new Line("x", 1))));
    }

    [Fact]
    public void Serialize_UserOptionsAlreadyInUse_AreTakenAsTheyAre()
    {
        var shared = new JsonSerializerOptions { IncludeFields = true };
        Assert.Equal("1", JsonSerializer.Serialize(1, shared));

        Assert.Equal("1", Encoding.UTF8.GetString(Serialize(Serializer(new LiveStashOptions { JsonSerializerOptions = shared }), 1)));
    }

    [Fact]
    public void Serialize_SourceGeneratedContext_IsUsedAndTypesOutsideOfItAreRefused()
    {
        var serializer = Serializer(new LiveStashOptions { JsonSerializerOptions = new() { TypeInfoResolver = OrderContext.Default } });

        var order = new Order("o-1", 3, Colour.Blue, new Line("x", 1.10m));
        Assert.Equal(order, serializer.Deserialize<Order>(Serialize(serializer, order)));
        Assert.Throws<NotSupportedException>(() => Serialize(serializer, new WithField()));
    }

    [Fact]
    public void Serialize_SourceGeneratedContextBeforeReflection_TakesBoth()
    {
        var options = new LiveStashOptions();
        options.JsonSerializerOptions.TypeInfoResolver = JsonTypeInfoResolver.Combine(OrderContext.Default, new DefaultJsonTypeInfoResolver());
        var serializer = Serializer(options);

        Assert.Equal(new Line("x", 1), serializer.Deserialize<Line>(Serialize(serializer, new Line("x", 1))));
        Assert.Equal((1, 2), serializer.Deserialize<(int, int)>(Serialize(serializer, (1, 2))));
    }

    private static JsonStashSerializer Serializer(LiveStashOptions options) => new(Microsoft.Extensions.Options.Options.Create(options));

    private static byte[] Serialize<T>(IStashSerializer serializer, T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        serializer.Serialize(writer, value);
        return writer.WrittenSpan.ToArray();
    }

    private T? RoundTrip<T>(T value) => _serializer.Deserialize<T>(Serialize(_serializer, value));

    public sealed record Order(string? Id, int? Quantity, Colour Colour, Line? Line);

    public record Line(string Name, decimal Price);

    public sealed class WithField
    {
#pragma warning disable CA1051 // a public field is what is tested
        public int Count;
#pragma warning restore CA1051
    }

    private sealed record SecretLine(string Name, decimal Price, string Secret) : Line(Name, Price);

    private sealed class Node
    {
        public Node? Next { get; set; }
    }

    private sealed class Throwing
    {
        public string Before => "written before";

        public string Value => throw new NotImplementedException();
    }

    private sealed class NestingConverter(IStashSerializer inner) : JsonConverter<WithField>
    {
        public override WithField Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotImplementedException();

        public override void Write(Utf8JsonWriter writer, WithField value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Serialize(inner, new[] { 1, value.Count }));
    }
}

[JsonSerializable(typeof(JsonStashSerializerTests.Order))]
internal sealed partial class OrderContext : JsonSerializerContext;
