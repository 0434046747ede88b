using LiveStash.Measuring;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LiveStash.Watching;

/// <summary>Ties a session to its circuit. Blazor awaits the opening before it makes any component.</summary>
internal sealed class StashCircuitHandler(StashSession session, FleetWatch fleet, NavigationManager navigation) : CircuitHandler
{
    /// <summary>Early: handlers of the app may already want to use the stash.</summary>
    public override int Order => -1000;

    /// <summary>The token is not looked at: it is the connection's, which may be lost and there again before the circuit has opened.</summary>
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        using var activity = StashActivities.Recover(circuit);
        await session.StartAsync(new Uri(navigation.Uri));
        fleet.Start();
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        session.ConnectionUp();
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        session.ConnectionDown();
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        fleet.End();
        return session.CloseAsync();
    }

    /// <summary>Around every event, call from JavaScript, navigation and acknowledged render. Not on the dispatcher.</summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context => session.ActAsync(() => next(context));
}
