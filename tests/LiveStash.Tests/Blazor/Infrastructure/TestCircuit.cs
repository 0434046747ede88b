using System.Reflection;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

#pragma warning disable BL0006 // Disposing of the renderer uses none of the render tree's types, yet counts.

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>A circuit: a scope with the real handler and session, and a renderer, on whose dispatcher all of it runs.</summary>
internal sealed class TestCircuit : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;
    private readonly CircuitHandler[] _handlers;
    private TestPage? _page;
    private bool _ended;

    public TestCircuit(AsyncServiceScope scope, FakePage page)
    {
        _scope = scope;
        Page = page;
        Renderer = new(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<ILoggerFactory>());
        _handlers = [.. scope.ServiceProvider.GetServices<CircuitHandler>().OrderBy(handler => handler.Order)];
        Stash = scope.ServiceProvider.GetRequiredService<IStash>();
        Stash.Saved += result => Saves.Add(result);
    }

    public FakePage Page { get; }

    public TestRenderer Renderer { get; }

    public IStash Stash { get; }

    public StashSession Session => (StashSession)Stash;

    /// <summary>What <see cref="IStash.Saved"/> told.</summary>
    public List<StashSaveResult> Saves { get; } = [];

    public IServiceProvider Services => _scope.ServiceProvider;

    /// <summary>As Blazor does it: the circuit is opened, the connection is up, then components are made.</summary>
    /// <param name="connection">Cancelled when the connection is lost, which the circuit outlives.</param>
    public async Task StartAsync(CancellationToken connection = default)
    {
        await EachHandlerAsync(handler => handler.OnCircuitOpenedAsync(null!, connection));
        await ConnectAsync();
    }

    public Task ConnectAsync() => EachHandlerAsync(handler => handler.OnConnectionUpAsync(null!, CancellationToken.None));

    public Task DisconnectAsync() => EachHandlerAsync(handler => handler.OnConnectionDownAsync(null!, CancellationToken.None));

    /// <summary>Runs on the dispatcher, as an event handler does.</summary>
    public Task DoAsync(Action action) => ActAsync(() => Renderer.Dispatcher.InvokeAsync(action)).WaitAsync(Wait.Limit);

    public async Task<T> DoAsync<T>(Func<Task<T>> action)
    {
        var result = default(T)!;
        await Renderer.Dispatcher.InvokeAsync(async () => result = await action()).WaitAsync(Wait.Limit);
        return result;
    }

    /// <summary>The browser acknowledges a render, which Blazor takes note of on no dispatcher.</summary>
    public Task AcknowledgeAsync(Action? takeNote = null) => ActAsync(() =>
    {
        takeNote?.Invoke();
        return Task.CompletedTask;
    }).WaitAsync(Wait.Limit);

    /// <summary>Runs on the dispatcher, not by the user: a timer, a job.</summary>
    public Task BackgroundAsync(Action action) => Renderer.Dispatcher.InvokeAsync(action).WaitAsync(Wait.Limit);

    /// <summary>Puts a component onto the page.</summary>
    public async Task<T> AddAsync<T>(string? key = null, params (string Name, object? Value)[] parameters)
    {
        var child = Child<T>(key, parameters);
        await ChangeAsync(children => children.Add(child));
        return (T)child.Instance!;
    }

    /// <summary>Puts a component in the place of another one in one batch, as a navigation does.</summary>
    public async Task<T> ReplaceAsync<T>(object component, string? key = null, params (string Name, object? Value)[] parameters)
    {
        var child = Child<T>(key, parameters);
        await ChangeAsync(children => children[children.FindIndex(other => other.Instance == component)] = child);
        return (T)child.Instance!;
    }

    public Task RemoveAsync(object component) => ChangeAsync(children => children.RemoveAll(child => child.Instance == component));

    public async Task ChangeAsync(Action<List<TestPage.Child>> change)
    {
        await DoAsync(() => (_page ??= Renderer.Mount<TestPage>()).Change(change));
        await AcknowledgeAsync();
    }

    public static TestPage.Child Child<T>(string? key, params (string Name, object? Value)[] parameters)
    {
        var all = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        if (key is not null)
        {
            all[nameof(StashComponentBase.StashKey)] = key;
        }

        return new(typeof(T), all);
    }

    /// <summary>Lets everything that the dispatcher has to do, and what follows from it, happen.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 50; i++)
        {
            await BackgroundAsync(static () => { });
            await Task.Yield();
        }
    }

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        await SettleAsync();
        await Wait.UntilAsync(condition, what);
        await SettleAsync();
    }

    /// <summary>The end of a circuit in Blazor's order.</summary>
    public async Task CloseAsync()
    {
        _ended = true;
        await DisconnectAsync();
        var closing = EachHandlerAsync(handler => handler.OnCircuitClosedAsync(null!, CancellationToken.None));
        await SettleAsync();
        if (!closing.IsCompleted)
        {
            // Nobody answers, and the clock stands still.
            ((FakeTimeProvider)_scope.ServiceProvider.GetRequiredService<TimeProvider>()).Advance(LiveStashOptions.DefaultEngineTimeout);
        }

        await closing;
        await Renderer.DisposeAsync();
        await SettleAsync();
        await _scope.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _ended ? default : new(CloseAsync());

    /// <summary>Around what comes in, the handlers, as Blazor puts them.</summary>
    private Task ActAsync(Func<Task> act)
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        var context = (CircuitInboundActivityContext)typeof(CircuitInboundActivityContext).GetConstructors(Internal).Single().Invoke([act, null]);
        return _handlers.Reverse().Aggregate((Func<CircuitInboundActivityContext, Task>)(_ => act()), static (next, handler) => handler.CreateInboundActivityHandler(next))(context);
    }

    private async Task EachHandlerAsync(Func<CircuitHandler, Task> call)
    {
        foreach (var handler in _handlers)
        {
            await Renderer.Dispatcher.InvokeAsync(() => call(handler)).WaitAsync(Wait.Limit);
        }
    }
}
