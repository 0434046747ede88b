namespace Recipes.Hosting;

/// <summary>Tells circuits apart.</summary>
internal sealed class CircuitName
{
    public string Value { get; } = Guid.NewGuid().ToString("N")[..8];
}
