namespace OrdinaryApp.Hosting;

/// <summary>Tells circuits apart.</summary>
internal sealed class CircuitName
{
    public Guid Value { get; } = Guid.NewGuid();
}
