using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>A component with one property of each shape that a value can have.</summary>
internal class FuzzedComponent : StashComponentBase
{
    [Stash(Scope = StashScope.Tab)]
    public int Number { get; set; } = Untouched;

    [Stash(Scope = StashScope.Tab)]
    public string? Text { get; set; } = "untouched";

    [Stash(Scope = StashScope.Tab)]
    public List<int> List { get; set; } = [Untouched];

    [Stash(Scope = StashScope.Tab)]
    public Dictionary<string, decimal> Table { get; set; } = new() { ["untouched"] = Untouched };

    [Stash(Scope = StashScope.Tab)]
    public JsonElement Anything { get; set; } = JsonSerializer.SerializeToElement("untouched");

    [Stash(Scope = StashScope.Tab)]
    public Order Nested { get; set; } = new("untouched", null, DateTimeOffset.UnixEpoch, StashScope.Reconnect);

    [Stash(Scope = StashScope.Tab)]
    public Animal Pet { get; set; } = new Cat { Lives = Untouched };

    [Stash(Scope = StashScope.Tab)]
    public byte[] Bytes { get; set; } = [1, 2, 3];

    public const int Untouched = -1;

    public StashStatus Status => StashStatus;

    public IReadOnlyList<string> Dropped => DroppedProperties;

    internal sealed record Order(string? Name, Order? Next, DateTimeOffset At, StashScope Scope);

    [JsonDerivedType(typeof(Cat), "cat")]
    [JsonDerivedType(typeof(Dog), "dog")]
    internal abstract class Animal;

    internal sealed class Cat : Animal
    {
        public int Lives { get; set; }
    }

    internal sealed class Dog : Animal
    {
        public string? Name { get; set; }
    }
}
