using LiveStash.Sessions;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Blazor.Sessions;

/// <summary>Names of slots, and two components with one.</summary>
public sealed class SlotKeyTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Attach_DuringANavigationBeforeTheOldOneIsDisposed_IsNoMistake()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var old = await circuit.AddAsync<Counter>();
        await old.SetAsync(1);
        var disposedThen = true;

        var next = await circuit.ReplaceAsync<Counter>(old, null, (nameof(Counter.Initialize), (Action<Counter>)(_ => disposedThen = old.IsDisposed)));

        Assert.False(disposedThen);
        Assert.True(old.IsDisposed);
        Assert.Empty(circuit.Renderer.Errors);
        Assert.Equal(0, next.Count);
        Assert.True((await next.SetAsync(2)).IsSaved);
        Assert.Equal("2", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<Counter>("Count")]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    public async Task Attach_TwoThatBothStay_ThrowsAfterTheRenderWithTheFixInTheMessage(string? key)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.ChangeAsync(children => children.AddRange([TestCircuit.Child<Counter>(key), TestCircuit.Child<Counter>(key)]));

        var thrown = Assert.Single(circuit.Renderer.Errors).GetBaseException();
        Assert.IsType<InvalidOperationException>(thrown);
        Assert.Contains($"Two components are attached to the stash as '{typeof(Counter)}{(key is null ? "" : "#" + key)}'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("give each a StashKey that survives a reload", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("<Counter @key=\"item.Id\" StashKey=\"@item.Id.ToString()\" />", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_TwoThatBothStayThroughIStash_ThrowsAtTheFirstSave()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var first = await circuit.AddAsync<Injected>();
        var second = await circuit.AddAsync<Injected>();
        await first.SaveAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(second.SaveAsync);

        await circuit.RemoveAsync(first);
        Assert.True((await second.SaveAsync()).IsSaved);
    }

    [Fact]
    public async Task Attach_KeyThatIsTooLong_ThrowsWithTheFix()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.AddAsync<Counter>(new string('k', StashNames.MaxKeyLength));
        Assert.Empty(circuit.Renderer.Errors);

        await circuit.ChangeAsync(children => children.Add(TestCircuit.Child<Counter>(new string('k', StashNames.MaxKeyLength + 1))));

        var thrown = Assert.IsType<InvalidOperationException>(Assert.Single(circuit.Renderer.Errors));
        Assert.Contains("257 characters; at most 256 are allowed. Use an id, not content.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slot_OfAGenericComponent_HasNoAssemblyVersionInItsName()
    {
        var name = StashNames.Slot(StashPlan.For(typeof(Generic<Dictionary<string, Counter>>)), null);

        Assert.DoesNotContain("Version=", name, StringComparison.Ordinal);
        Assert.DoesNotContain("PublicKeyToken", name, StringComparison.Ordinal);
        Assert.Contains(typeof(Counter).FullName!, name, StringComparison.Ordinal);
        Assert.NotEqual(name, StashNames.Slot(StashPlan.For(typeof(Generic<int>)), null));
    }

    [Fact]
    public async Task Attach_KeysThatLookLikeNamesOfOthers_AreKeptApart()
    {
        string?[] keys = [null, "", "#", "/", "a", "a/", "a/Count", "a#b", "t:a", "日本 \n"];
        await using (var before = await _server.OpenAsync(_browser))
        {
            for (var i = 0; i < keys.Length; i++)
            {
                await (await before.AddAsync<TabCounter>(keys[i])).SetAsync(i + 1);
            }
        }

        await using var circuit = await _server.OpenAsync(_browser);
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal(i + 1, (await circuit.AddAsync<TabCounter>(keys[i])).Count);
        }
    }

    private sealed class Generic<T> : StashComponentBase
    {
        [Stash]
        public T? Value { get; set; }
    }

    /// <summary>A component that cannot inherit.</summary>
    internal sealed class Injected : ComponentBase, IDisposable
    {
        private IStashSlot? _slot;

        [Inject]
        public IStash Stash { get; set; } = default!;

        [Stash]
        public int Count { get; set; }

        public Task<StashSaveResult> SaveAsync() => _slot!.StashAsync();

        public void Dispose() => _slot?.Dispose();

        protected override void OnInitialized() => _slot = Stash.Attach(this);

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Count);
    }
}
