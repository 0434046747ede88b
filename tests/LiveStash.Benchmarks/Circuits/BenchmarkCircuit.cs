using LiveStash.Benchmarks.Load;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;

namespace LiveStash.Benchmarks.Circuits;

/// <summary>A circuit without its browser: the session of one tab on a dispatcher as Blazor has it, with one component.</summary>
internal sealed class BenchmarkCircuit
{
    private BenchmarkCircuit(Dispatcher dispatcher, StashSession session, TenProperties component) =>
        (Dispatcher, Session, Component, Slot) = (dispatcher, session, component, session.Attach(component));

    public Dispatcher Dispatcher { get; }

    public StashSession Session { get; }

    public TenProperties Component { get; }

    public IStashSlot Slot { get; }

    /// <summary>The services of a host, with the in-process engine unless another one is chosen.</summary>
    public static ServiceProvider BuildHost(Action<ILiveStashBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton<IStashSessionKeyProvider, BenchmarkSessionKey>();
        services.AddSingleton<IJSRuntime, BenchmarkBrowser>();
        configure?.Invoke(services.AddLiveStash());
        services.AddLiveStash();
        return services.BuildServiceProvider();
    }

    /// <summary>Starts a circuit whose component is saved once.</summary>
    public static async Task<BenchmarkCircuit> StartAsync(IServiceProvider host, TenProperties? component = null)
    {
        var session = host.CreateScope().ServiceProvider.GetRequiredService<StashSession>();
        var dispatcher = Dispatcher.CreateDefault();
        return await dispatcher.InvokeAsync(async () =>
        {
            await session.StartAsync(new Uri("http://localhost/"));
            var circuit = new BenchmarkCircuit(dispatcher, session, component ?? new());

            // What a component starts with is no change; after a reset, what is on the screen is saved when it is asked for.
            await session.ResetAsync();
            await circuit.SaveAsync();
            return circuit;
        });
    }

    /// <summary>Saves, as an event handler of the page does.</summary>
    public async Task SaveAsync()
    {
        if (await Slot.StashAsync() is { IsSaved: false } failure)
        {
            throw new InvalidOperationException($"{failure.Outcome}: {failure.Detail}");
        }
    }

    /// <summary>An event comes in and changes nothing: from before it to after the look that follows it.</summary>
    public async Task ActAsync()
    {
        Session.ActivityStarts();
        Session.ActivityEnded();
        await Task.Yield();
    }

    /// <summary>Does something on the circuit's dispatcher, again and again for a while, and says what one time costs.</summary>
    public Task<LoadRun> RunAsync(TimeSpan duration, Func<int, ValueTask> operation) => Dispatcher.InvokeAsync(() => LoadDriver.InlineAsync(duration, operation));
}
