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
    public void Deserialize_AListThatIsEverybodys_IsLeftAlone()
    {
        var before = new Catalogued();
        before.Mine.Add("mine");
        var after = RoundTrip(before)!;
        Assert.Equal(["a", "b"], Catalogued.All);
        Assert.Equal(["a", "b"], after.Countries);
        Assert.Equal(["mine"], after.Mine);
    }

    [Fact]
    public void Deserialize_AListBehindAReadOnlyView_IsFilledAndWhatIsComputedDoesNoHarm()
    {
        var before = new Encapsulated { Name = "n" };
        before.Add("x");
        var after = RoundTrip(before)!;
        after.Add("y");
        Assert.Equal(["x", "y"], after.Lines);
        Assert.Equal(["x", "y"], after.Upper.Select(static line => line.ToLowerInvariant()));
    }

    /// <summary>A view that the model itself has made is not replaced: it would show what the model no longer works on.</summary>
    [Fact]
    public void Deserialize_AViewThatIsKept_StaysTheModelsOwn()
    {
        var before = new Viewed();
        before.Add("x");
        var after = RoundTrip(before)!;
        after.Add("y");
        Assert.Equal("y", after.Lines[^1]);
    }

    [Fact]
    public void Deserialize_WhatIsImmutableAndSetByTheConstructor_IsAsItWas()
    {
        var before = new Numbers();
        var after = RoundTrip(before)!;
        Assert.Equal(before.Array.ToArray(), after.Array.ToArray());
        Assert.Equal(before.List, after.List);
    }

    [Fact]
    public void Deserialize_ASetWithAComparer_KeepsIt()
    {
        var after = RoundTrip(new Comparing { Names = { "a" } })!;
        Assert.False(after.Names.Add("A"));
    }

    [Fact]
    public void Serialize_StackOfNodesThatKnowTheirParents_IgnoresCyclesAsTheAppSays()
    {
        var options = new LiveStashOptions();
        options.JsonSerializerOptions = new(options.JsonSerializerOptions) { ReferenceHandler = ReferenceHandler.IgnoreCycles };
        var serializer = new JsonStashSerializer(Microsoft.Extensions.Options.Options.Create(options));
        var tree = new Tree();
        tree.Steps.Push(new() { Of = tree, Name = "1" });
        tree.Steps.Push(new() { Of = tree, Name = "2" });
        var writer = new ArrayBufferWriter<byte>();
        serializer.Serialize(writer, tree);
        Assert.Equal(["2", "1"], serializer.Deserialize<Tree>(writer.WrittenSpan)!.Steps.Select(static step => step.Name));
    }

    [Fact]
    public void Deserialize_AStructWithoutSetters_IsAsItWas() => Assert.Equal(5, RoundTrip(new Fixed(5)).Value);

    [Fact]
    public void Deserialize_Stacks_AreTheSameWayUp()
    {
        Assert.Equal([3, 2, 1], RoundTrip(new Stack<int>([1, 2, 3]))!.ToArray());
        Assert.Equal([3, 2, 1], RoundTrip(new ConcurrentStack<int>([1, 2, 3]))!.ToArray());
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

    public class Catalogued
    {
        public static readonly List<string> All = ["a", "b"];

        public IReadOnlyList<string> Countries { get; } = All;

        public List<string> Mine { get; } = [];
    }

    public class Encapsulated
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines => _lines;

        public IEnumerable<string> Upper => _lines.Select(static line => line.ToUpperInvariant());

        /// <summary>Throws as long as the name is not there, which is read after it.</summary>
        public IReadOnlyList<string> Letters => [.. (Name ?? throw new InvalidOperationException("Not yet.")).Select(static letter => letter.ToString())];

        public string? Name { get; set; }

        public void Add(string line) => _lines.Add(line);
    }

    public class Viewed
    {
        private readonly List<string> _lines = [];

        public Viewed() => Lines = _lines.AsReadOnly();

        public IReadOnlyList<string> Lines { get; }

        public void Add(string line) => _lines.Add(line);
    }

    public class Numbers
    {
        public ImmutableArray<Guid> Array { get; } = [Guid.NewGuid()];

        public ImmutableList<Guid> List { get; } = [Guid.NewGuid()];
    }

    public class Comparing
    {
        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);
    }

    public class Tree
    {
        public Stack<Step> Steps { get; set; } = new();
    }

    public class Step
    {
        public string Name { get; set; } = "";

        public Tree? Of { get; set; }
    }
}
