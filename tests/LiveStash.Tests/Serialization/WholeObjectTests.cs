using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiveStash.Serialization;

namespace LiveStash.Tests.Serialization;

/// <summary>Models as they are: what is written of them is read back.</summary>
public sealed class WholeObjectTests
{
    private readonly JsonStashSerializer _serializer = new(Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()));

    [Fact]
    public void Deserialize_MembersWithoutAPublicSetter_AreAsTheyWere()
    {
        var cart = new Cart();
        cart.Add("tea", 2);
        cart.Add("milk", 3);

        var after = RoundTrip(cart)!;

        Assert.Equal(["tea", "milk"], after.Lines.Select(static line => line.Name));
        Assert.Equal(new Dictionary<string, int> { ["tea"] = 2, ["milk"] = 3 }, after.Prices);
        Assert.Equal(["milk", "tea"], after.Names.Order());
        Assert.Equal((cart.Id, 5, "5 in all", cart.Of), (after.Id, after.Total, after.Text, after.Of));
        Assert.Equal(["tea", "milk"], after.Heard); // the list is the one that the model had made, and listens to
    }

    [Fact]
    public void Deserialize_AListThatAModelIsMadeWith_IsNotThereTwice() =>
        Assert.Equal(["first"], RoundTrip(new Filled())!.Lines.Select(static line => line.Name));

    [Fact]
    public void Deserialize_WhatTheAppHasSaidOfAMember_Holds()
    {
        var after = RoundTrip(new Said { Ignored = { "x" }, Populated = { "y" } })!;
        Assert.Empty(after.Ignored);
        Assert.Equal(["y"], after.Populated);
    }

    [Fact]
    public void Deserialize_AStructWithoutSetters_IsAsItWas() => Assert.Equal(5, RoundTrip(new Fixed(5)).Value);

    [Fact]
    public void Deserialize_Stacks_AreTheSameWayUp()
    {
        Assert.Equal([3, 2, 1], RoundTrip(new Stack<int>([1, 2, 3]))!.ToArray());
        Assert.Equal([3, 2, 1], RoundTrip(new ConcurrentStack<int>([1, 2, 3]))!.ToArray());
        Assert.Equal([3, 2, 1], RoundTrip(ImmutableStack.Create(1, 2, 3))!.ToArray());
        Assert.Empty(RoundTrip(new Stack<int>())!);
        Assert.Null(RoundTrip<Stack<int>?>(null));
    }

    [Fact]
    public void Serialize_AStack_IsWrittenAsJsonWritesIt()
    {
        var writer = new ArrayBufferWriter<byte>();
        _serializer.Serialize(writer, new Stack<int>([1, 2]));
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(new Stack<int>([1, 2])), writer.WrittenSpan.ToArray());
    }

    private T? RoundTrip<T>(T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        _serializer.Serialize(writer, value);
        return _serializer.Deserialize<T>(writer.WrittenSpan);
    }

    public abstract class Numbered
    {
        public Guid Id { get; private set; } = Guid.NewGuid();
    }

    public class Cart : Numbered
    {
        public Cart() => Lines.CollectionChanged += (_, change) => Heard.AddRange((change.NewItems ?? Array.Empty<object>()).Cast<Line>().Select(static line => line.Name));

        public ObservableCollection<Line> Lines { get; } = [];

        public Dictionary<string, int> Prices { get; } = [];

        public HashSet<string> Names { get; } = [];

        public DateTime Of { get; } = DateTime.UtcNow;

        public int Total { get; private set; }

        public string Text => $"{Total} in all";

        [JsonIgnore]
        public List<string> Heard { get; } = [];

        public void Add(string name, int price)
        {
            Lines.Add(new() { Name = name });
            Names.Add(name);
            Prices[name] = price;
            Total += price;
        }
    }

    public class Line
    {
        public string Name { get; set; } = "";
    }

    public class Filled
    {
        public List<Line> Lines { get; } = [new() { Name = "first" }];
    }

    public class Said
    {
        [JsonIgnore]
        public List<string> Ignored { get; } = [];

        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public List<string> Populated { get; } = [];
    }

    public readonly struct Fixed
    {
        public Fixed(int value) => Value = value;

        public int Value { get; }
    }
}
