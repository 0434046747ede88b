using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>Components of any kind that have the attribute and not a word more: found, recovered, saved, and noticed when they go.</summary>
public sealed class PlainComponentTests : IAsyncLifetime
{
    private readonly TestServer _server = new(services: services => services.AddKeyedSingleton("answer", new Answer(42)));
    private readonly FakeBrowser _browser = new();

    public interface IPlain : IComponent
    {
        int Count { get; set; }

        int? InOnInitialized { get; }

        int Disposals { get; }
    }

    public static TheoryData<Type> Kinds => [.. new[]
    {
        typeof(Plain), typeof(Layout), typeof(Owning), typeof(Alone), typeof(WithDispose), typeof(WithExplicitDispose), typeof(WithAsyncDispose),
        typeof(Constructed), typeof(ConstructedWithNullable), typeof(ConstructedInTwoWays), typeof(Generic<Dictionary<string, Answer>>), typeof(Hidden), typeof(WithOwnSetParameters), typeof(SealedOne),
    }];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Count_ChangedByAnEventAndCircuitLost_IsBackBeforeOnInitialized(Type kind)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var component = await AddAsync(before, kind);
            Assert.Equal(kind.Name, component.GetType().Name.Split('.')[^1].Replace('_', '`'));
            await before.DoAsync(() => component.Count = 7);
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await AddAsync(circuit, kind);

        Assert.Equal((7, 7), (after.InOnInitialized, after.Count));
        Assert.Empty(circuit.Renderer.Errors);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Component_ThatTheUserLeaves_IsDisposedOfOnceAndItsEntriesGo(Type kind)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var component = await AddAsync(circuit, kind);
        await circuit.DoAsync(() => component.Count = 7);
        await circuit.SettleAsync();
        var id = _server.Engine.Calls[^1].Id;

        await circuit.RemoveAsync(component);
        await circuit.SettleAsync();

        Assert.Equal(typeof(IDisposable).IsAssignableFrom(kind) || typeof(IAsyncDisposable).IsAssignableFrom(kind) ? 1 : 0, component.Disposals);
        if (kind != typeof(SealedOne))
        {
            Assert.Null(await _server.Engine.ContentAsync(id));
        }
    }

    [Fact]
    public async Task Activator_OfTheAppsOwn_MakesTheComponentsAndTheyAreKept()
    {
        await using var server = new TestServer(services: services => services.AddScoped<IComponentActivator, OwnActivator>());
        await using (var before = await server.OpenAsync(_browser))
        {
            var component = (Plain)await AddAsync(before, typeof(Plain));
            Assert.Equal("the app's own", component.MadeBy);
            Assert.Equal(typeof(Plain), component.GetType());
            await before.DoAsync(() => component.Count = 7);
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await server.OpenAsync(_browser);
        Assert.Equal(7, (await AddAsync(circuit, typeof(Plain))).InOnInitialized);
    }

    [Fact]
    public async Task Sealed_WithAKey_IsNotKeptAndTheLogSaysWhy()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var component = await circuit.AddAsync<SealedWithKey>(null, (nameof(SealedWithKey.Id), 1));
        await circuit.DoAsync(() => component.Count = 7);
        await circuit.SettleAsync();

        Assert.Empty(_server.Engine.Calls);
        Assert.Contains("Remove 'sealed'", Assert.Single(_server.Logs.WithId(1211)).Text, StringComparison.Ordinal);
    }

    private static async Task<IPlain> AddAsync(TestCircuit circuit, Type kind)
    {
        var child = new TestPage.Child(kind, new Dictionary<string, object?>());
        await circuit.ChangeAsync(children => children.Add(child));
        Assert.Empty(circuit.Renderer.Errors);
        return (IPlain)child.Instance!;
    }

    public sealed record Answer(int Value);

    public class Plain : ComponentBase, IPlain
    {
        [Stash]
        public int Count { get; set; }

        public int? InOnInitialized { get; private set; }

        public int Disposals { get; protected set; }

        public string? MadeBy { get; init; }

        protected override void OnInitialized() => InOnInitialized = Count;

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Count);
    }

    public class Layout : LayoutComponentBase, IPlain
    {
        [Stash]
        public int Count { get; set; }

        public int? InOnInitialized { get; private set; }

        public int Disposals => 0;

        protected override void OnInitialized() => InOnInitialized = Count;
    }

    public class Owning : OwningComponentBase, IPlain
    {
        [Stash]
        public int Count { get; set; }

        public int? InOnInitialized { get; private set; }

        public int Disposals { get; private set; }

        protected override void OnInitialized() => InOnInitialized = Count;

        protected override void Dispose(bool disposing)
        {
            Disposals++;
            base.Dispose(disposing);
        }
    }

    /// <summary>No base class at all.</summary>
    public class Alone : IPlain
    {
        [Stash]
        public int Count { get; set; }

        public int? InOnInitialized { get; private set; }

        public int Disposals => 0;

        public void Attach(RenderHandle renderHandle)
        {
        }

        public Task SetParametersAsync(ParameterView parameters)
        {
            InOnInitialized = Count;
            return Task.CompletedTask;
        }
    }

    public class WithDispose : Plain, IDisposable
    {
        public void Dispose() => Disposals++;
    }

    public class WithExplicitDispose : Plain, IDisposable
    {
        void IDisposable.Dispose() => Disposals++;
    }

    public class WithAsyncDispose : Plain, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Disposals++;
        }
    }

    public class Constructed : Plain
    {
        public Constructed([FromKeyedServices("answer")] Answer answer, IServiceProvider services) => Assert.Same(services.GetRequiredKeyedService<Answer>("answer"), answer);
    }

    /// <summary>Of its parameter's type one part may be null and the other not, which the compiler writes down as a list.</summary>
    public class ConstructedWithNullable(ILogger<Plain>? logger = null) : Plain
    {
        public bool HasLogger => logger is not null;
    }

    /// <summary>The second one is for those that derive from it.</summary>
    public class ConstructedInTwoWays : Plain
    {
        public ConstructedInTwoWays(IServiceProvider services) => _ = services;

        protected ConstructedInTwoWays()
        {
        }
    }

    public class Generic<T> : Plain
    {
        [Stash]
        public T? Value { get; set; }
    }

    private class Hidden : Plain
    {
        [Stash]
        private int Secret { get; set; }
    }

    public class WithOwnSetParameters : Plain
    {
        public override Task SetParametersAsync(ParameterView parameters)
        {
            Assert.Empty(parameters.ToDictionary());
            return base.SetParametersAsync(parameters);
        }
    }

    public sealed class SealedOne : Plain;

    public sealed class SealedWithKey : Plain
    {
        [Parameter, StashKey]
        public int Id { get; set; }
    }

    internal sealed class OwnActivator : IComponentActivator
    {
        public IComponent CreateInstance(Type componentType) =>
            componentType == typeof(Plain) ? new Plain { MadeBy = "the app's own" } : (IComponent)Activator.CreateInstance(componentType)!;
    }
}
