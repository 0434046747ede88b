using LiveStash.Declaring;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Watching;

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
    public async Task Attach_TwoThatBothStay_InDevelopmentThrowsWithTheFix(string? key)
    {
        await using var server = new TestServer(services: services => services.AddSingleton<IHostEnvironment>(new TestServer.HostEnvironment { EnvironmentName = Environments.Development }));
        await using var circuit = await server.OpenAsync(_browser);
        await circuit.ChangeAsync(children => children.AddRange([TestCircuit.Child<Counter>(key), TestCircuit.Child<Counter>(key)]));

        var message = (await circuit.Renderer.Ended.WaitAsync(Wait.Limit)).Message;
        Assert.Contains($"Two components are attached to the stash as '{typeof(Counter)}{(key is null ? "" : "#" + key)}'", message, StringComparison.Ordinal);
        Assert.Contains("mark a parameter of Counter with [StashKey]", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_TwoThatBothStay_InProductionOneLogLineAndThePageWorks()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.ChangeAsync(children => children.AddRange([TestCircuit.Child<AutoCounter>(null), TestCircuit.Child<AutoCounter>(null), TestCircuit.Child<AutoCounter>(null)]));
        await circuit.SettleAsync();

        var line = Assert.Single(_server.Logs.AtLeast(LogLevel.Warning));
        Assert.Equal((1208, LogLevel.Error), (line.Id, line.Level));
        Assert.Empty(circuit.Renderer.Errors);
    }

    [Fact]
    public async Task Attach_TwoDialogsThatOverlapWhileOneCloses_IsNoMistakeAndTheNewOneIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var closing = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => closing.Show(1));

        var opening = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => opening.Show(2));
        await circuit.RemoveAsync(closing);
        await circuit.SettleAsync();

        Assert.Empty(_server.Logs.AtLeast(LogLevel.Warning));
        Assert.Equal("2", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<AutoCounter>("Count")]);
    }

    /// <summary>As with a search box in the layout and another one on a page: one is kept, and somebody has to be told.</summary>
    [Fact]
    public async Task Attach_TwoMadeOneAfterTheOtherThatBothStay_OneLogLine()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.AddAsync<AutoCounter>();
        var page = await circuit.AddAsync<AutoCounter>();
        await circuit.SettleAsync();
        Assert.Empty(_server.Logs.AtLeast(LogLevel.Warning));

        _server.Time.Advance(TimeSpan.FromSeconds(11));
        await circuit.DoAsync(() => page.Show(1));
        await circuit.DoAsync(() => page.Show(2));
        await circuit.SettleAsync();

        Assert.Equal(1208, Assert.Single(_server.Logs.AtLeast(LogLevel.Warning)).Id);
        Assert.Empty(circuit.Renderer.Errors);
    }

    [Fact]
    public async Task Attach_LongKeys_AreKeptApart()
    {
        var key = new string('k', StashNames.MaxKeyLength);
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<TabCounter>(key + "a")).SetAsync(1);
            await (await before.AddAsync<TabCounter>(key + "b")).SetAsync(2);
        }

        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal((1, 2), ((await circuit.AddAsync<TabCounter>(key + "a")).Count, (await circuit.AddAsync<TabCounter>(key + "b")).Count));
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

    [Fact]
    public async Task StashKey_OfMomentsThatDifferInAMillisecond_AreKeptApart()
    {
        object[] moments = [new DateTime(2031, 2, 3, 4, 5, 6, 7), new DateTime(2031, 2, 3, 4, 5, 6, 8), new TimeOnly(4, 5, 6), new TimeOnly(4, 5, 7)];
        await using (var before = await _server.OpenAsync(_browser))
        {
            for (var i = 0; i < moments.Length; i++)
            {
                var item = await before.AddAsync<At>(null, (nameof(At.Moment), moments[i]));
                await before.DoAsync(() => item.Count = i + 1);
            }

            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        for (var i = 0; i < moments.Length; i++)
        {
            Assert.Equal(i + 1, (await circuit.AddAsync<At>(null, (nameof(At.Moment), moments[i]))).Count);
        }
    }

    private sealed class Generic<T> : StashComponentBase
    {
        [Stash]
        public T? Value { get; set; }
    }

    /// <summary>A component that inherits nothing of ours.</summary>
    internal class Injected : ComponentBase
    {
        [Inject]
        public IStash Stash { get; set; } = default!;

        [Stash]
        public int Count { get; set; }

        public Task<StashSaveResult> SaveAsync() => Stash.For(this).StashAsync();

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Count);
    }

    public class At : ComponentBase
    {
        [Parameter, StashKey]
        public object? Moment { get; set; }

        [Stash]
        public int Count { get; set; }
    }
}
