using LiveStash.Analyzers.Tests.Infrastructure;

namespace LiveStash.Analyzers.Tests;

public sealed class UnreadableTests
{
    [Theory]
    [InlineData("object")]
    [InlineData("dynamic")]
    [InlineData("IComparable")]
    [InlineData("Shape")]
    [InlineData("List<object>")]
    [InlineData("Shape[]")]
    [InlineData("Dictionary<string, Shape>")]
    [InlineData("IReadOnlyList<IShape>")]
    [InlineData("Drawing")]
    [InlineData("(int, Shape)")]
    [InlineData("(int X, object Y)?")]
    [InlineData("int[,]")]
    [InlineData("Action")]
    [InlineData("nint")]
    [InlineData("Dictionary<Drawing, int>")]
    [InlineData("System.Collections.ArrayList")]
    [InlineData("System.Collections.ObjectModel.ReadOnlyCollection<int>")]
    [InlineData("IReadOnlySet<int>")]
    [InlineData("Type")]
    [InlineData("TwoConstructors")]
    public Task Property_OfATypeThatCannotBeReadBack_IsReported(string type) => VerifyAsync(type, "{|LIVESTASH003:Value|}");

    [Theory]
    [InlineData("int?")]
    [InlineData("string")]
    [InlineData("DayOfWeek")]
    [InlineData("DateOnly")]
    [InlineData("Uri")]
    [InlineData("byte[]")]
    [InlineData("IEnumerable<int>")]
    [InlineData("IList<Point>")]
    [InlineData("ICollection<string>")]
    [InlineData("IReadOnlyCollection<Point>")]
    [InlineData("ISet<Guid>")]
    [InlineData("IDictionary<DayOfWeek, Point>")]
    [InlineData("IReadOnlyDictionary<Guid, List<Point>>")]
    [InlineData("System.Collections.Immutable.ImmutableArray<Point>")]
    [InlineData("System.Collections.Immutable.IImmutableList<int>")]
    [InlineData("System.Collections.ObjectModel.ObservableCollection<int>")]
    [InlineData("System.Text.Json.JsonElement")]
    [InlineData("System.Text.Json.Nodes.JsonNode")]
    [InlineData("Animal")]
    [InlineData("IVehicle")]
    [InlineData("Converted")]
    [InlineData("Ignoring")]
    [InlineData("Node")]
    [InlineData("ChosenConstructor")]
    [InlineData("(int, Point)[]")]
    public Task Property_OfATypeThatCanBeReadBack_IsNotReported(string type) => VerifyAsync(type, "Value");

    [Fact]
    public Task Property_OfATypeParameter_IsNotReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("""
        class Picker<T> : ComponentBase
        {
            [Stash] public T Value { get; set; }
            [Stash] public List<T> Values { get; set; }
        }
        """);

    [Fact]
    public Task Property_WithoutStash_IsNotReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("class Counter : ComponentBase { public object Value { get; set; } }");

    [Fact]
    public Task Message_OfANestedProperty_NamesThePathAndTheFix() => Verify.AnalyzerAsync<StashPropertyAnalyzer>(
        """
        abstract class Customer;
        class Order { public List<Customer> Customers { get; set; } }
        class Page : ComponentBase { [Stash] public Order {|#0:Order|} { get; set; } }
        """,
        Microsoft.CodeAnalysis.Testing.DiagnosticResult.CompilerWarning(Descriptors.UnreadableId).WithLocation(0).WithMessage(
            "[Stash] property 'Order' could be saved but not read back: Order.Customers: Customer is abstract, and nothing says which type to make. Declare the type that it is, or list the types with [JsonDerivedType]"));

    private static Task VerifyAsync(string type, string name) => Verify.AnalyzerAsync<StashPropertyAnalyzer>($$"""
        abstract class Shape;
        interface IShape;
        record Point(int X, int Y);
        record Drawing(string Name, Shape Shape);
        [JsonDerivedType(typeof(Cat), "cat")] abstract class Animal;
        class Cat : Animal;
        [JsonPolymorphic] interface IVehicle;
        [JsonConverter(typeof(ShapeConverter))] abstract class Converted;
        class Ignoring { [JsonIgnore] public object Ignored { get; set; } [JsonConverter(typeof(ShapeConverter))] public Shape Converted { get; set; } private object _hidden; }
        class Node { public List<Node> Children { get; set; } }
        class TwoConstructors { public TwoConstructors(int a) { } public TwoConstructors(string b) { } }
        class ChosenConstructor { public ChosenConstructor(int a) { } [JsonConstructor] public ChosenConstructor(string b) { } public string B { get; } }
        class ShapeConverter : JsonConverter<object>
        {
            public override object Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => null;
            public override void Write(System.Text.Json.Utf8JsonWriter writer, object value, System.Text.Json.JsonSerializerOptions options) { }
        }

        class Counter : ComponentBase
        {
            [Stash] internal {{type}} {{name}} { get; set; }
        }
        """);
}
