using System.ComponentModel;
using LiveStash.Elevator.Actors;
using LiveStash.Elevator.Promises;
using LiveStash.Elevator.World;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Elevator.Faults;

/// <summary>Makes faults, and ends them: when it is done, everything that should be there is there again.</summary>
internal sealed class FaultMaker(Cluster cluster, IReadOnlyList<Tab> tabs)
{
    private const int LastLines = 8;

    /// <summary>Answers with what is wrong, where the fault itself tells.</summary>
    public async Task<string?> MakeAsync(Fault fault)
    {
        var web = cluster.Webs[fault.Target % cluster.Webs.Count];
        var silo = cluster.Silos.Count > 0 ? cluster.Silos[fault.Target % cluster.Silos.Count] : web;
        var tab = tabs[fault.Target % tabs.Count];
        switch (fault.Kind)
        {
            case FaultKind.None:
                await Task.Delay(fault.Length);
                break;
            case FaultKind.WebKilled:
                await KillAsync(fault.Length, web);
                break;
            case FaultKind.WebStopped:
                await StopAsync(web);
                break;
            case FaultKind.WebFrozen:
                await FreezeAsync(web, TimeSpan.FromSeconds(10));
                break;
            case FaultKind.WebFrozenLong:
                await FreezeAsync(web, TimeSpan.FromSeconds(40));
                break;
            case FaultKind.SiloKilled:
                await KillAsync(fault.Length, silo);
                break;
            case FaultKind.SiloStopped:
                await StopAsync(silo);
                break;
            case FaultKind.SiloFrozen:
                await FreezeAsync(silo, TimeSpan.FromSeconds(10));
                break;
            case FaultKind.SiloFrozenLong:
                await FreezeAsync(silo, TimeSpan.FromSeconds(40));
                break;
            case FaultKind.AllKilled:
                await KillAsync(fault.Length, [.. cluster.Nodes]);
                break;
            case FaultKind.RollingRestart:
                foreach (var node in cluster.Nodes)
                {
                    await StopAsync(node);
                }

                break;
            case FaultKind.StoreStopped:
                await cluster.StopStoreAsync();
                await Task.Delay(TimeSpan.FromSeconds(5));
                await cluster.StartStoreAsync();
                break;
            case FaultKind.StoreFrozen:
                cluster.SignalStore(PosixSignal.Stop);
                await Task.Delay(TimeSpan.FromSeconds(8));
                cluster.SignalStore(PosixSignal.Continue);
                break;
            case FaultKind.TabCut:
                await CutAsync(tab, () => Task.Delay(fault.Length));
                break;
            case FaultKind.TabClosed:
                await tab.CloseConnectionAsync();
                break;
            case FaultKind.TabForgotten:
                tab.Link.ForgetConnections();
                break;
            case FaultKind.TabReloaded:
                await tab.ReloadAsync();
                break;
            case FaultKind.TabDuplicated:
                return await tab.DuplicateAsync();
            case FaultKind.TabCrashed:
                await tab.CrashAsync();
                break;
            case FaultKind.TabSlept:
                await tab.SleepAsync(TimeSpan.FromSeconds(10));
                break;
            case FaultKind.WebKilledWhileCut:
                await CutAsync(tab, () => KillAsync(fault.Length, web));
                break;
            case FaultKind.WebKilledWithoutStore:
                await cluster.StopStoreAsync();
                await web.KillAsync();
                await Task.Delay(fault.Length);
                await cluster.StartStoreAsync();
                await Cluster.BringUpAsync(web);
                break;
            case FaultKind.WireCutInto:
                await Wires.CutIntoAsync(silo);
                await HealAsync();
                break;
            case FaultKind.WireCutOutOf:
                await Wires.CutOutOfAsync(silo, cluster.Nodes);
                await HealAsync();
                break;
            case FaultKind.WireCut:
                await Wires.CutIntoAsync(silo);
                await Wires.CutOutOfAsync(silo, cluster.Nodes);
                await HealAsync();
                break;
            case FaultKind.ClockAhead:
                await MoveClockAsync(fault.Target, TimeSpan.FromHours(1));
                break;
            case FaultKind.ClockBehind:
                await MoveClockAsync(fault.Target, TimeSpan.FromHours(-1));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, null);
        }

        await Cluster.BringUpAsync(cluster.Nodes);
        return null;
    }

    private static async Task KillAsync(TimeSpan length, params NodeProcess[] nodes)
    {
        await Task.WhenAll(nodes.Select(static node => node.KillAsync()));
        await Task.Delay(length);
        await Cluster.BringUpAsync(nodes);
    }

    private static async Task StopAsync(NodeProcess node)
    {
        try
        {
            await node.TerminateAsync();
        }
        catch (Win32Exception) when (!node.IsRunning)
        {
            // The fault before had it declared dead, and it has just ended itself for that.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{node.Name} did not end; what it was doing is in {await node.DumpAsync()}. Its last lines: {string.Join(" | ", node.Log.Lines.TakeLast(LastLines))}");
        }

        await Cluster.BringUpAsync(node);
    }

    private async Task FreezeAsync(NodeProcess node, TimeSpan length)
    {
        node.Freeze();
        await Task.Delay(length);
        node.GoOn();

        // One that was declared dead meanwhile ends itself, sooner or later.
        if (length > TimeSpan.FromSeconds(14))
        {
            await Task.Delay(TimeSpan.FromSeconds(8));
            await cluster.AreBuriedAsync();
        }

        await Cluster.BringUpAsync(node);
    }

    private async Task HealAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(15));
        await Wires.HealAsync();

        // One that was declared dead meanwhile ends itself, sooner or later.
        await Task.Delay(TimeSpan.FromSeconds(8));
        await cluster.AreBuriedAsync();
    }

    private async Task MoveClockAsync(int target, TimeSpan difference)
    {
        var node = target % cluster.Nodes.Count();
        cluster.SetClock(node, difference);
        await Task.Delay(TimeSpan.FromSeconds(20));
        cluster.SetClock(node, TimeSpan.Zero);
    }

    private static async Task CutAsync(Tab tab, Func<Task> meanwhile)
    {
        await tab.Link.CutAsync();
        await meanwhile();
        tab.Link.Heal();
    }
}
