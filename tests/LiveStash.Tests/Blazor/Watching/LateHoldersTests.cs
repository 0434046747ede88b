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
    public void Of_HoldsItByItsConstructor_IsFound()
    {
        var holder = Added(new Holder(_service));

        Assert.Equal([holder], _holders.Of([_service]));
    }

    [Fact]
    public void Of_HoldsItInAPropertyOfItsBase_IsFound()
    {
        var holder = Added(new Derived { Service = _service });

        Assert.Equal([holder], _holders.Of([_service]));
    }

    [Fact]
    public void Of_HoldsOneThatIsOnlyEqual_IsNotFound()
    {
        var holder = Added(new Holder("same"));

        Assert.Empty(_holders.Of([new string("same")]));
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

        Assert.Equal([.. there, last], _holders.Of([_service]));
        Assert.DoesNotContain(gone, static holder => holder.IsAlive);
    }

    [Theory]
    [InlineData(typeof(string), true)] // in a field of any object
    [InlineData(typeof(Stream), false)]
    public void MayHold_ByTheTypesOfItsFields(Type type, bool expected) => Assert.Equal(expected, LateHolders.MayHold(new Named(), type));

    private T Added<T>(T component)
        where T : IComponent
    {
        _holders.Add(component);
        return component;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AddGone() => new(Added(new Holder(_service)));

    private class Component : IComponent
    {
        public void Attach(RenderHandle renderHandle)
        {
        }

        public Task SetParametersAsync(ParameterView parameters) => Task.CompletedTask;
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

    private sealed class Named : Component
    {
        public IComparable? Name { get; set; }
    }
}
