using System.Globalization;

namespace LiveStash.Benchmarks.Reporting;

/// <summary>What a figure has to reach.</summary>
/// <param name="Limit">The bound, in the figure's unit.</param>
/// <param name="IsFloor">Whether the figure has to be at least that, or at most.</param>
internal sealed record Budget(double Limit, bool IsFloor)
{
    public static Budget AtLeast(double limit) => new(limit, IsFloor: true);

    public static Budget AtMost(double limit) => new(limit, IsFloor: false);

    public bool IsMet(double figure) => IsFloor ? figure >= Limit : figure <= Limit;

    public override string ToString() => $"{(IsFloor ? ">=" : "<=")} {Limit.ToString("0.##", CultureInfo.InvariantCulture)}";
}
