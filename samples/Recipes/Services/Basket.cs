using LiveStash;

namespace Recipes.Services;

/// <summary>The usual scoped service that pages share.</summary>
public sealed class Basket
{
    [Stash]
    public List<string> Items { get; private set; } = [];

    public event Action? Changed;

    public void Add(string item)
    {
        Items.Add(item);
        Changed?.Invoke();
    }
}
