using System.Diagnostics;
using System.Globalization;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Elevator.World;

/// <summary>
/// The wires between silos, and from web servers to silos. They can be cut where the run has a network namespace to itself, in which
/// nothing else is hit: <c>tests/elevator.sh</c> makes it where it may. The store and the proxy stay connected.
/// </summary>
internal static class Wires
{
    /// <summary>The first of the groups that nodes run in, so that what a node sends can be told from what another one does.</summary>
    public const int FirstGroup = 41_000;

    public static bool CanBeCut { get; } = Environment.GetEnvironmentVariable("ELEVATOR_WIRES") == "1";

    /// <summary>Nothing arrives at a node's silo: not from other silos, and not from web servers apart.</summary>
    public static Task CutIntoAsync(NodeProcess node) => RunAsync($"-A INPUT -p tcp -m multiport --dports {Ports([node])} -j DROP");

    /// <summary>Nothing that a node sends arrives at other silos, answers included.</summary>
    public static async Task CutOutOfAsync(NodeProcess node, IEnumerable<NodeProcess> all)
    {
        await RunAsync($"-A OUTPUT -p tcp -m owner --gid-owner {node.Group} -m multiport --dports {Ports(all.Where(other => other != node))} -j DROP");
        await RunAsync($"-A OUTPUT -p tcp -m owner --gid-owner {node.Group} -m multiport --sports {Ports([node])} -j DROP");
    }

    public static Task HealAsync() => RunAsync("-F");

    private static string Ports(IEnumerable<NodeProcess> nodes) => string.Join(',', nodes.SelectMany(static node => new[] { node.SiloPort, node.GatewayPort }));

    private static async Task RunAsync(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("iptables", arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"iptables {arguments} ended with {process.ExitCode}: {error}"));
    }
}
