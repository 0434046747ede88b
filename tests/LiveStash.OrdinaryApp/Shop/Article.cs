namespace OrdinaryApp.Shop;

public sealed class Article
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Price { get; set; }

    public int MakerId { get; set; }

    public Maker? Maker { get; set; }
}
