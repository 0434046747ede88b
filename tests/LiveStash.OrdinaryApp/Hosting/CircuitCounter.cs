using Microsoft.AspNetCore.Components.Server.Circuits;

namespace OrdinaryApp.Hosting;

/// <summary>How many circuits there are, those included whose connection is away.</summary>
internal sealed class CircuitCounter : CircuitHandler
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref _count);
        return Task.CompletedTask;
    }
}
