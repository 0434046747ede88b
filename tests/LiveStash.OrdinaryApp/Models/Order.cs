namespace OrdinaryApp.Models;

public sealed class Order
{
    public int Id { get; set; }

    public Customer? Customer { get; set; }
}
