using Microsoft.EntityFrameworkCore;

namespace OrdinaryApp.Shop;

/// <summary>Manufacturers and what they make, who refer to each other, in SQLite.</summary>
public sealed class ShopDb(DbContextOptions<ShopDb> options) : DbContext(options)
{
    public DbSet<Maker> Makers => Set<Maker>();

    public DbSet<Article> Articles => Set<Article>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Maker>().HasData(new Maker { Id = 1, Name = "Acme" }, new Maker { Id = 2, Name = "Globex" });
        modelBuilder.Entity<Article>().HasData(Enumerable.Range(1, 20).Select(static id => new Article { Id = id, Name = $"Article {id}", Price = 100, MakerId = 1 }));
    }
}
