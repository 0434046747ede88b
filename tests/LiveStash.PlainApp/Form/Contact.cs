namespace PlainApp.Form;

/// <summary>What is filled in.</summary>
public sealed record Contact
{
    public string Name { get; set; } = "";

    public string Street { get; set; } = "";

    public string City { get; set; } = "";

    /// <summary>All of it, as the page says what is saved.</summary>
    public override string ToString() => $"{Name}|{Street}|{City}";
}
