namespace OrdinaryApp.Models;

/// <summary>One, as it is wanted.</summary>
public sealed class Pizza
{
    public string Special { get; set; } = "";

    public int Size { get; set; } = 12;

    public List<string> Toppings { get; set; } = [];
}
