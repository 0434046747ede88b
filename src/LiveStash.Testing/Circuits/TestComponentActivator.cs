using LiveStash.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Testing;

/// <summary>Makes components as in a circuit, which it starts with the first one.</summary>
internal sealed class TestComponentActivator(
    StartedCircuit circuit, IServiceProvider services, StashSession session, [FromKeyedServices(StashComponentActivator.AppsOwn)] IComponentActivator? own = null)
    : StashComponentActivator(services, session, own)
{
    public override IComponent CreateInstance(Type componentType)
    {
        circuit.Start();
        return base.CreateInstance(componentType);
    }
}
