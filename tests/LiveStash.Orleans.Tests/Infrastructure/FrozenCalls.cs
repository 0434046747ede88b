using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>Calls of some interface that do not come back from some silos, as from a process that stands still.</summary>
internal sealed class FrozenCalls
{
    private readonly ConcurrentDictionary<(string Silo, Type Interface), TaskCompletionSource> _frozen = new();

    public void AddTo(ISiloBuilder silo) => silo.Services.AddSingleton<IIncomingGrainCallFilter>(services => new Filter(this, services.GetRequiredService<ILocalSiloDetails>()));

    public void Freeze(string silo, Type @interface) => _frozen[(silo, @interface)] = new();

    public void Thaw()
    {
        foreach (var frozen in _frozen.Keys)
        {
            if (_frozen.TryRemove(frozen, out var gate))
            {
                gate.TrySetResult();
            }
        }
    }

    private sealed class Filter(FrozenCalls calls, ILocalSiloDetails silo) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (calls._frozen.TryGetValue((silo.Name, context.InterfaceMethod.DeclaringType!), out var gate))
            {
                await gate.Task;
            }

            await context.Invoke();
        }
    }
}
