using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Declaring;

/// <summary>
/// Names of the types that stand for components. .NET makes the keys of [PersistentState] of them: with two of one name, nothing of the
/// page is handed over from prerendering.
/// </summary>
public sealed class StashProxyTests
{
    [Theory]
    [InlineData(typeof(Grid<int>), typeof(Grid<string>))]
    [InlineData(typeof(Grid<List<int>>), typeof(Grid<List<string>>))]
    [InlineData(typeof(One.Line), typeof(Other.Line))]
    [InlineData(typeof(Grid<int>), typeof(One.Grid<int>))]
    public void For_TwoComponentsThatAreCalledTheSame_HaveNamesOfTheirOwn(Type one, Type other)
    {
        Assert.NotEqual(StashProxy.For(one)!.FullName, StashProxy.For(other)!.FullName);
        Assert.Equal(StashProxy.For(one)!.Name, StashProxy.For(other)!.Name);
    }

    /// <summary>Prerendering and the circuit may be on different servers, of different processes in any case.</summary>
    [Theory]
    [InlineData(typeof(Grid<int>), "LiveStash.Proxies.Ha8933c844c612560.Grid_1")]
    [InlineData(typeof(One.Line), "LiveStash.Proxies.Hb33693f659c0653f.Line")]
    public void For_GenericOrNested_HasTheSameNameOnEveryServer(Type component, string name) => Assert.Equal(name, StashProxy.For(component)!.FullName);

    [Fact]
    public void For_Plain_HasTheNameOfTheComponent() => Assert.Equal(typeof(StashProxyComponent).FullName, StashProxy.For(typeof(StashProxyComponent))!.FullName);

    public class Grid<T> : ComponentBase
    {
        [Stash]
        public T? Value { get; set; }
    }

    public static class One
    {
        public class Line : ComponentBase
        {
            [Stash]
            public int Count { get; set; }
        }

        public class Grid<T> : ComponentBase
        {
            [Stash]
            public T? Value { get; set; }
        }
    }

    public static class Other
    {
        public class Line : ComponentBase
        {
            [Stash]
            public int Count { get; set; }
        }
    }
}

public class StashProxyComponent : ComponentBase
{
    [Stash]
    public int Count { get; set; }
}
