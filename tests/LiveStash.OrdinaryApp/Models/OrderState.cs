using LiveStash;

namespace OrdinaryApp.Models;

/// <summary>What is being ordered, with the dialog that is open: as an app has it that keeps its pages small.</summary>
public sealed class OrderState
{
    [Stash]
    public bool ShowsDialog { get; private set; }

    [Stash]
    public Pizza? Configuring { get; private set; }

    [Stash]
    public List<Pizza> Pizzas { get; private set; } = [];

    [Stash]
    public string Note { get; set; } = "";

    public void Configure(string special)
    {
        Configuring = new() { Special = special };
        ShowsDialog = true;
    }

    public void Cancel()
    {
        Configuring = null;
        ShowsDialog = false;
    }

    public void Confirm()
    {
        Pizzas.Add(Configuring!);
        Cancel();
    }
}
