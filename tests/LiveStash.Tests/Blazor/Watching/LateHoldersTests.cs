using System.Runtime.CompilerServices;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>Which components are rendered when a service gets its values late.</summary>
public sealed class LateHoldersTests
{
    private readonly LateHolders _holders = new();
    private readonly object _service = new();

    [Fact]
    public void Render_HoldsItByItsConstructor_IsRendered()
    {
        var holder = Added(new Holder(_service));

        _holders.Render([_service]);

        Assert.Equal(1, holder.Renders);
    }

    [Fact]
    public void Render_HoldsItInAPropertyOfItsBase_IsRendered()
    {
        var holder = Added(new Derived { Service = _service });

        _holders.Render([_service]);

        Assert.Equal(1, holder.Renders);
    }

    [Fact]
    public void Render_HoldsOneThatIsOnlyEqual_IsNotRendered()
    {
        var holder = Added(new Holder("same"));

        _holders.Render([new string("same")]);

        Assert.Equal(0, holder.Renders);
    }

    /// <summary>Those that have gone make room; none that is there does.</summary>
    [Fact]
    public void Add_ManyThatAreThereAndManyThatHaveGone_TheFirstAreKeptAndNoneIsHeld()
    {
        Holder[] there = [.. Enumerable.Range(0, 300).Select(_ => Added(new Holder(_service)))];
        var gone = Enumerable.Range(0, 1000).Select(_ => AddGone()).ToArray();
        GC.Collect();
        var last = Added(new Holder(_service));
        GC.Collect();

        _holders.Render([_service]);

        Assert.Equal(there.Length + 1, there.Append(last).Count(static holder => holder.Renders == 1));
        Assert.DoesNotContain(gone, static holder => holder.IsAlive);
    }

    private T Added<T>(T component)
        where T : IComponent
    {
        _holders.Add(component);
        return component;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AddGone() => new(Added(new Holder(_service)));

    private class Component : IComponent, IHandleEvent
    {
        public int Renders { get; private set; }

        public void Attach(RenderHandle renderHandle)
        {
        }

        public Task SetParametersAsync(ParameterView parameters) => Task.CompletedTask;

        public Task HandleEventAsync(EventCallbackWorkItem item, object? arg)
        {
            Renders++;
            return Task.CompletedTask;
        }
    }

    private sealed class Holder(object service) : Component
    {
        public object Service => service;
    }

    private class Base : Component
    {
        [Inject]
        public object? Service { get; set; }
    }

    private sealed class Derived : Base;
}
