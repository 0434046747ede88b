using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.Logging;

#pragma warning disable BL0006 // A renderer takes the render tree's types; nothing here looks into them.

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>Renders real components to nowhere, on a real dispatcher.</summary>
internal sealed class TestRenderer(IServiceProvider services, ILoggerFactory loggers) : Renderer(services, loggers)
{
    private readonly TaskCompletionSource<Exception> _ended = new();

    public override Dispatcher Dispatcher => field ??= CreateDispatcher();

    /// <summary>What components threw. In a real circuit each of them would be its end.</summary>
    public List<Exception> Errors { get; } = [];

    public int Batches { get; private set; }

    /// <summary>What ended the circuit from outside of any component.</summary>
    public Task<Exception> Ended => _ended.Task;

    public T Mount<T>()
        where T : IComponent
    {
        var component = (T)InstantiateComponent(typeof(T));
        _ = RenderRootComponentAsync(AssignRootComponentId(component));
        return component;
    }

    protected override void HandleException(Exception exception) => Errors.Add(exception);

    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch)
    {
        Batches++;
        return Task.CompletedTask;
    }

    private Dispatcher CreateDispatcher()
    {
        // Blazor listens to it, and ends the circuit.
        var dispatcher = Dispatcher.CreateDefault();
        UnhandledExceptionEventHandler listener = (_, args) => _ended.TrySetResult((Exception)args.ExceptionObject);
        typeof(Dispatcher).GetEvent("UnhandledException", BindingFlags.Instance | BindingFlags.NonPublic)!.GetAddMethod(nonPublic: true)!.Invoke(dispatcher, [listener]);
        return dispatcher;
    }
}
