using System.Globalization;
using LiveStash.Elevator.Promises;

namespace LiveStash.Elevator.Faults;

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Target">To which of those that it can happen to: a number of any size.</param>
/// <param name="Length">How long what is away is away, where the kind leaves that open.</param>
internal sealed record Fault(FaultKind Kind, int Target, TimeSpan Length)
{
    /// <summary>Those that take longer than all others of a short run together.</summary>
    private static readonly HashSet<FaultKind> Long =
        [FaultKind.WebFrozen, FaultKind.WebFrozenLong, FaultKind.SiloFrozen, FaultKind.SiloFrozenLong, FaultKind.TabForgotten, FaultKind.RollingRestart, FaultKind.StoreFrozen, FaultKind.TabSlept, FaultKind.WireCutInto, FaultKind.WireCutOutOf, FaultKind.WireCut, FaultKind.ClockAhead, FaultKind.ClockBehind];

    /// <summary>Whether it happens to one tab, maybe among others.</summary>
    public bool IsOfATab => Kind is FaultKind.WebKilledWhileCut || $"{Kind}".StartsWith("Tab", StringComparison.Ordinal);

    /// <summary>The schedule of a seed: each kind in turn in an order that the seed gives, again and again.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="seed">The same schedule for the same seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="isShort">Whether to leave out what takes long.</param>
    /// <param name="only">These alone, if there are any.</param>
    public static IEnumerable<Fault> Schedule(Setup setup, int seed, int count, bool isShort, IReadOnlyCollection<FaultKind> only)
    {
        var random = new Random(seed);
        FaultKind[] kinds = [.. setup.Faults.Where(kind => (only.Count == 0 || only.Contains(kind)) && !(isShort && only.Count == 0 && Long.Contains(kind)))];
        if (kinds.Length == 0)
        {
            throw new ArgumentException("None of these faults can be made with this configuration on this machine.", nameof(only));
        }

        for (var made = 0; made < count;)
        {
            random.Shuffle(kinds);
            foreach (var kind in kinds)
            {
                if (made++ < count)
                {
                    yield return new(kind, random.Next(1000), TimeSpan.FromMilliseconds(random.Next(300, 6000)));
                }
            }
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Target} {Length.TotalSeconds:0.0} s");
}
