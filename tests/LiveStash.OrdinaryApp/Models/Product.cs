namespace OrdinaryApp.Models;

public sealed class Product
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Price { get; set; }

    /// <summary>Takes a moment, as a database does: longer with a higher number, for a test that does something meanwhile.</summary>
    public static async Task<Product> LoadAsync(int id)
    {
        await Task.Delay(120 * id);
        return new() { Id = id, Name = $"Product {id}", Price = 100 };
    }
}
