using System.Collections.Concurrent;

namespace OrdinaryApp.Hosting;

/// <summary>What others change while a page is away.</summary>
public sealed class Prices
{
    private readonly ConcurrentDictionary<string, int> _prices = new();

    public int Of(string? owner) => _prices.GetValueOrDefault(owner ?? "", 100);

    public int Set(string owner, int price) => _prices[owner] = price;
}
