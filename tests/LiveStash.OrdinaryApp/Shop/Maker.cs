namespace OrdinaryApp.Shop;

public sealed class Maker
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Article> Articles { get; } = [];
}
