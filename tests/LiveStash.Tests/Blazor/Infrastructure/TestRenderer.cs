using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.Logging;

#pragma warning disable BL0006 // A renderer takes the render tree's types; nothing here looks into them.

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>Renders real components to nowhere, on a real dispatcher.</summary>
internal sealed class TestRenderer(IServiceProvider services, ILoggerFactory loggers) : Renderer(services, loggers)
{
    public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

    /// <summary>What components threw. In a real circuit each of them would be its end.</summary>
    public List<Exception> Errors { get; } = [];

    public int Batches { get; private set; }

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
}
