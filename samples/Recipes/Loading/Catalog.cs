namespace Recipes.Loading;

/// <summary>In place of a database: takes a moment, and has another stock each time that it is asked.</summary>
internal sealed class Catalog
{
    private static readonly string[] Names = ["Teapot", "Kettle"];

    private int _asked;

    public async Task<Product?> FindAsync(int id)
    {
        await Task.Delay(300);
        return id is 1 or 2 ? new() { Id = id, Name = Names[id - 1], Price = 20 + id } : null;
    }

    public async Task<string> ReadStockAsync()
    {
        await Task.Delay(100);
        return $"{100 - Interlocked.Increment(ref _asked)}, says process {Environment.ProcessId}";
    }
}
