using System.Collections;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Drawing;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LiveStash.Analyzers.Tests;

#pragma warning disable CA1051, CA1819, CA2227, CS0649, CS8618 // Types of all kinds, to be looked at and not to be used.

/// <summary>Types of which the analyzer and the serializer have to say the same.</summary>
internal sealed class SampleTypes
{
    public object Object { get; set; }
    public int? Number { get; set; }
    public string Text { get; set; }
    public DateTimeOffset Time { get; set; }
    public Int128 Large { get; set; }
    public byte[] Bytes { get; set; }
    public ReadOnlyMemory<byte> Memory { get; set; }
    public JsonDocument Document { get; set; }
    public JsonObject Json { get; set; }
    public Version Version { get; set; }
    public IComparable Comparable { get; set; }
    public Shape Shape { get; set; }
    public IReadOnlyList<Shape> Shapes { get; set; }
    public Animal Animal { get; set; }
    public List<Animal> Animals { get; set; }
    public Drawing Drawing { get; set; }
    public WithFields Fields { get; set; }
    public Node Node { get; set; }
    public (int Left, object Right) Tuple { get; set; }
    public (int Left, string Right) NamedTuple { get; set; }
    public Tuple<int, string> ClassTuple { get; set; }
    public KeyValuePair<string, int> Pair { get; set; }
    public IEnumerable Untyped { get; set; }
    public ArrayList UntypedList { get; set; }
    public Hashtable UntypedDictionary { get; set; }
    public ISet<int> Set { get; set; }
    public IDictionary<string, object> Objects { get; set; }
    public IReadOnlyDictionary<string, int[]> Arrays { get; set; }
    public ImmutableDictionary<Guid, Shape> Immutable { get; set; }
    public IImmutableSet<string> ImmutableSet { get; set; }
    public ObservableCollection<DateOnly> Observable { get; set; }
    public Stack<Uri> Stack { get; set; }
    public Exception Exception { get; set; }
    public Stream Stream { get; set; }
    public Ignoring Ignoring { get; set; }
    public Color Color { get; set; }
    public BigInteger Big { get; set; }
    public Complex Complex { get; set; }
    public Rune? Rune { get; set; }
    public Range Range { get; set; }
    public ClosedValue ClosedValue { get; set; }
    public HalfClosed HalfClosed { get; set; }
    public Made Made { get; set; }
    public MadeValue MadeValue { get; set; }
    public Stateless Stateless { get; set; }
    public Basket Basket { get; set; }
    public Listed Listed { get; set; }
    public Ordered Ordered { get; set; }
    public Private Private { get; set; }
    public TwoWays TwoWays { get; set; }
}

internal abstract class Shape;

[JsonDerivedType(typeof(Cat), "cat")]
internal abstract class Animal
{
    public object? Anything { get; set; }
}

internal sealed class Cat : Animal;

internal sealed record Drawing(string Name, Shape Shape);

internal sealed class WithFields
{
    public Shape? Shape;
}

internal sealed class Node
{
    public List<Node> Children { get; } = [];

    public object this[int index] => Children[index];
}

internal class Closed
{
    private int _number;

    public int Number => _number;

    public void Raise() => _number++;
}

internal struct ClosedValue(int number)
{
    private readonly int _number = number;

    public readonly int Number => _number;
}

internal sealed class HalfClosed : Closed
{
    public string Name { get; set; } = "";
}

internal sealed class Made(int number)
{
    private readonly int _number = number;

    public int Number => _number;
}

internal readonly struct MadeValue(int number)
{
    public int Number { get; } = number;
}

internal sealed class Stateless
{
    public int One => 1;
}

internal sealed class Ignoring
{
    [JsonIgnore]
    public object? Always { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public object? WhenNull { get; set; }

    internal object? Hidden { get; set; }
}

/// <summary>Its constructor takes what no property has.</summary>
internal sealed class Basket(IEnumerable<int> lines)
{
    public List<int> Lines { get; } = [.. lines];
}

internal sealed class Listed(List<int> lines)
{
    public List<int> Lines { get; } = lines;
}

internal sealed record Ordered(string Name, int Count)
{
    public string Note { get; set; } = "";
}

internal sealed class Private
{
    private Private()
    {
    }

    public string Name { get; set; } = "";

    public static Private Make() => new();
}

internal sealed record TwoWays(string Name, int Count)
{
    public TwoWays(string name, string count)
        : this(name, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture))
    {
    }
}

internal sealed class Chosen
{
    [JsonConstructor]
    private Chosen(string name) => Name = name;

    public string Name { get; }

    public static Chosen Make(string name) => new(name);
}
