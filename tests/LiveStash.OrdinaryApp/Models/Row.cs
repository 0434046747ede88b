namespace OrdinaryApp.Models;

public sealed record Row(int Id, string Name, decimal Price, DateTime Since);
