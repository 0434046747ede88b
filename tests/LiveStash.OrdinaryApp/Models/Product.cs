namespace OrdinaryApp.Models;

public sealed class Product
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Price { get; set; }

    /// <summary>Takes a moment, as a database does.</summary>
    public static async Task<Product> LoadAsync(int id)
    {
        await Task.Delay(600);
        return new() { Id = id, Name = $"Product {id}", Price = 100 };
    }
}
