namespace LiveStash.Benchmarks.Circuits;

/// <summary>A component's state of ten small properties, as a form has them.</summary>
public sealed class TenProperties
{
    [Stash] public int Count { get; set; } = 1;

    [Stash] public string Name { get; set; } = "Ada Lovelace";

    [Stash] public string Street { get; set; } = "12 St James's Square";

    [Stash] public bool IsGift { get; set; }

    [Stash] public decimal Amount { get; set; } = 12.50m;

    [Stash] public DateTimeOffset Due { get; set; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Stash] public Guid OrderId { get; set; } = new("6e0b4a3e-38f5-4a73-9c4d-0f7f0c6b1a55");

    [Stash] public double Ratio { get; set; } = 0.75;

    [Stash] public long Version { get; set; } = 42;

    [Stash] public DayOfWeek Day { get; set; } = DayOfWeek.Monday;

    /// <summary>Changes all of them.</summary>
    public void ChangeAll(int step)
    {
        Count = step;
        Name = step % 2 == 0 ? "Ada Lovelace" : "Grace Hopper";
        Street = step % 2 == 0 ? "12 St James's Square" : "1 Navy Yard";
        IsGift = step % 2 == 0;
        Amount = step;
        Due = Due.AddSeconds(1);
        OrderId = new Guid(step, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Ratio = step / 3.0;
        Version = step;
        Day = (DayOfWeek)(step % 7);
    }
}
