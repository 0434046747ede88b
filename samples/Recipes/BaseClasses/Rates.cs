namespace Recipes.BaseClasses;

/// <summary>A service of which each page has its own.</summary>
public sealed class Rates
{
    public decimal PerDay { get; } = 12.5m;
}
