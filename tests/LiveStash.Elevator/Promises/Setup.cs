using LiveStash.Elevator.Faults;
using LiveStash.Elevator.World;

namespace LiveStash.Elevator.Promises;

/// <summary>Where the stashes of a configuration are stored.</summary>
internal enum StoreKind
{
    PostgreSql,
    Redis,
}

/// <summary>A configuration, and what it promises.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Store">The store of the cluster's list, and of its stashes where they are durable.</param>
/// <param name="IsApart">Two silos and two web servers, in place of three web servers with a silo in each.</param>
/// <param name="Durability">Of the stashes.</param>
/// <param name="Engine">Of the form.</param>
/// <param name="Path">Of the page.</param>
/// <param name="Unpromised">The faults that may lose what was acknowledged. They are run too, and what they cost is told.</param>
internal sealed record Setup(string Name, StoreKind Store, bool IsApart, StashDurability Durability, string Engine, string Path, IReadOnlySet<FaultKind> Unpromised)
{
    private const string Stashed = "/stashed";
    private const string NoEngine = "none";

    private static readonly HashSet<FaultKind> Nothing = [];

    /// <summary>The end of a node without a warning: what is in its memory only goes with it.</summary>
    private static readonly HashSet<FaultKind> SuddenDeath =
    [
        FaultKind.WebKilled, FaultKind.WebFrozenLong, FaultKind.SiloKilled, FaultKind.SiloFrozenLong, FaultKind.AllKilled,
        FaultKind.WebKilledWhileCut, FaultKind.WebKilledWithoutStore, FaultKind.WireCutInto, FaultKind.WireCutOutOf, FaultKind.WireCut,
    ];

    /// <summary>What keeps nothing outside of the circuit.</summary>
    private static readonly HashSet<FaultKind> Everything = [.. Enum.GetValues<FaultKind>().Except([FaultKind.None])];

    /// <summary>All configurations.</summary>
    public static IReadOnlyList<Setup> All { get; } =
    [
        new("cohosted", StoreKind.PostgreSql, false, StashDurability.WriteThrough, StashEngineNames.Orleans, Stashed, Nothing),
        new("apart", StoreKind.PostgreSql, true, StashDurability.WriteThrough, StashEngineNames.Orleans, Stashed, Nothing),
        new("redis", StoreKind.Redis, false, StashDurability.WriteThrough, StashEngineNames.Orleans, Stashed, Nothing),
        new("browser", StoreKind.PostgreSql, false, StashDurability.Memory, StashEngineNames.Orleans + StashEngineNames.BrowserFallbackSuffix, Stashed, Nothing),
        new("memory", StoreKind.PostgreSql, false, StashDurability.Memory, StashEngineNames.Orleans, Stashed, SuddenDeath),
        new("persistent", StoreKind.Redis, false, StashDurability.Memory, NoEngine, "/persistent", Everything),
        new("plain", StoreKind.Redis, false, StashDurability.Memory, NoEngine, "/plain", Everything),
    ];

    /// <summary>Whether LiveStash is there at all. Without it, pages need affinity.</summary>
    public bool IsOurs => Path == Stashed;

    /// <summary>How long to wait for what does not come back by itself.</summary>
    public TimeSpan Patience => TimeSpan.FromSeconds(IsOurs ? 90 : 20);

    /// <summary>The faults that there can be.</summary>
    public IReadOnlyList<FaultKind> Faults { get; } =
        [.. Enum.GetValues<FaultKind>().Where(kind => kind != FaultKind.None && (IsApart || !IsOf(kind, "Silo")) && (Wires.CanBeCut && Engine != NoEngine || !IsOf(kind, "Wire")) && (Clocks.CanBeMoved || !IsOf(kind, "Clock")))];

    private static bool IsOf(FaultKind kind, string what) => $"{kind}".StartsWith(what, StringComparison.Ordinal);

    public bool Promises(Fault fault) => !Unpromised.Contains(fault.Kind);
}
