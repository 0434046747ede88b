namespace OrdinaryApp.Models;

/// <summary>An entity as an object mapper makes it: the order knows its customer, who knows the order.</summary>
public sealed class Customer
{
    public string Name { get; set; } = "";

    public List<Order> Orders { get; } = [];
}
