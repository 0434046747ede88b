namespace LiveStash.Benchmarks.Circuits;

/// <summary>A page's list of 1,000 rows.</summary>
public sealed class ThousandRows
{
    [Stash] public List<Row> Rows { get; set; } = [.. Enumerable.Range(0, 1000).Select(static i => new Row(i, $"Article {i}", i * 1.25m, i % 2 == 0))];

    /// <summary>A row.</summary>
    public sealed record Row(int Id, string Name, decimal Price, bool IsInStock);
}
