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

    /// <summary>What one user has entered would be in every object of the process.</summary>
    [Theory]
    [InlineData(typeof(Tagged))]
    [InlineData(typeof(TaggedByConstructor))]
    [InlineData(typeof(TaggedWithName))]
    [InlineData(typeof(TaggedStrictly))]
    public void Deserialize_AnEmptyListThatIsEverybodys_IsNotFilledWithOnesData(Type type)
    {
        var before = (ITagged)Activator.CreateInstance(type, type.GetConstructors()[0].GetParameters().Length == 0 ? [] : ["n"])!;
        before.Add("x");
        var json = JsonSerializer.SerializeToUtf8Bytes(before, type);
        Assert.Contains("\"Tags\":[\"x\"]", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);

        foreach (var _ in new[] { 1, 2 })
        {
            Assert.NotNull(typeof(JsonStashSerializer).GetMethod(nameof(JsonStashSerializer.Deserialize))!.MakeGenericMethod(type)
                .CreateDelegate<Reads>(_serializer)(json));
            Assert.Empty(Tagged.None);
        }
    }

    [Fact]
    public void Deserialize_AFilledListBehindAMemberWithoutASetter_IsFilledAgain()
    {
        var before = new Order();
        before.Lines[0].Name = "a";
        before.Lines.AddRange([new() { Name = "b" }, new() { Name = "c" }]);
        Assert.Equal(["a", "b", "c"], RoundTrip(before)!.Lines.Select(static line => line.Name));

        var named = new NamedOrder("n");
        named.Lines.Clear();
        named.Lines.Add(new() { Name = "d" });
        Assert.Equal(["d"], RoundTrip(named)!.Lines.Select(static line => line.Name));
    }

    /// <summary>It is the list of another member, which has just been read.</summary>
    [Fact]
    public void Deserialize_AMemberThatShowsAnotherOnesList_TakesNothingOutOfThat()
    {
        var before = new Filtered { IsFiltered = true, Lines = { [0] = new() { Name = "a" } } };
        Assert.Empty(before.Shown);
        Assert.Equal(["a"], RoundTrip(before)!.Lines.Select(static line => line.Name));
    }

    [Fact]
    public void Deserialize_AListThatIsEmptiedOfWhatItIsMadeWith_IsEmpty()
    {
        var before = new Order();
        before.Lines.Clear();
        Assert.Empty(RoundTrip(before)!.Lines);
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

    private delegate object Reads(ReadOnlySpan<byte> json);

    public interface ITagged
    {
        void Add(string tag);
    }

    public class Tagged : ITagged
    {
        public static readonly List<string> None = [];

        private List<string>? _tags;

        public IReadOnlyList<string> Tags => _tags ?? None;

        public void Add(string tag) => (_tags ??= []).Add(tag);
    }

    public class TaggedByConstructor : ITagged
    {
        private List<string> _tags = Tagged.None;

        public IReadOnlyList<string> Tags => _tags;

        public void Add(string tag) => _tags = [.. _tags, tag];
    }

    public class TaggedWithName(string name) : ITagged
    {
        private List<string> _tags = Tagged.None;

        public string Name => name;

        public IReadOnlyList<string> Tags => _tags;

        public void Add(string tag) => _tags = [.. _tags, tag];
    }

    /// <summary>Cannot be made for comparison: its constructor wants a name.</summary>
    public class TaggedStrictly : ITagged
    {
        private List<string>? _tags;

        public TaggedStrictly(string name)
        {
            ArgumentNullException.ThrowIfNull(name);
            Name = name;
        }

        public string Name { get; }

        public IReadOnlyList<string> Tags => _tags ?? Tagged.None;

        public void Add(string tag) => (_tags ??= []).Add(tag);
    }

    public class Order
    {
        private readonly List<Line> _lines = [new()];

        public List<Line> Lines => _lines;
    }

    public class NamedOrder(string name)
    {
        private readonly List<Line> _lines = [new()];

        public string Name => name;

        public List<Line> Lines => _lines;
    }

    public class Filtered
    {
        public List<Line> Lines { get; set; } = [new()];

        public IReadOnlyList<Line> Shown => IsFiltered ? [] : Lines;

        public bool IsFiltered { get; set; }
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
