namespace OrdinaryApp.Models;

public sealed class Address
{
    public string Name { get; set; } = "";

    public string City { get; set; } = "";
}
