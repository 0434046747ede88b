using System.Collections.Concurrent;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>When changes are noticed, and what going means.</summary>
public sealed class MomentsTests : IAsyncLifetime
{
    private readonly TestServer _server = new(services: services => services.AddScoped<IErrorBoundaryLogger, BoundaryLogger>());
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Event_HandlerChangesAndLeavesThePage_IsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<AutoTabCounter>();

        // One handler: the value is set, and the page is gone with the same event.
        await circuit.DoAsync(() => page.Count = 3);
        await circuit.RemoveAsync(page);
        await circuit.SettleAsync();

        await AssertContentAsync<AutoTabCounter>("3", StashScope.Tab);
    }

    /// <summary>At the acknowledgement Blazor forgets the handlers that the render has replaced: an event that waits for one of them would be lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Render_AcknowledgedWhileAnEventWaitsForTheDispatcher_ComesAfterIt(bool keepsSomething)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        if (keepsSomething)
        {
            await circuit.AddAsync<AutoTabCounter>();
        }

        using var isBusy = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var busy = Task.Run(() => circuit.DoAsync(() =>
        {
            isBusy.Set();
            mayGoOn.Wait(Wait.Limit);
        }));
        Assert.True(isBusy.Wait(Wait.Limit));
        var order = new ConcurrentQueue<string>();

        var handled = circuit.DoAsync(() => order.Enqueue("event"));
        var acknowledged = circuit.AcknowledgeAsync(() => order.Enqueue("render"));
        mayGoOn.Set();
        await Task.WhenAll(busy, handled, acknowledged);

        Assert.Equal(["event", "render"], order);
    }

    /// <summary>On a thread of its own each of these would cost more than the save.</summary>
    [Fact]
    public async Task Event_DispatcherIsIdle_ItsChangeIsSavedBeforeTheActivityIsOver()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<AutoTabCounter>();
        await circuit.DoAsync(() => page.Count = 1);
        await circuit.SettleAsync();
        var saves = circuit.Saves.Count;

        var handled = circuit.DoAsync(() => page.Count = 2);

        Assert.True(handled.IsCompletedSuccessfully);
        Assert.Equal(saves + 1, circuit.Saves.Count);
    }

    [Fact]
    public async Task Component_ChangedByNobodysEventAndGone_IsSavedWithItsLastLook()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<AutoTabCounter>();
        await circuit.BackgroundAsync(() => page.Count = 3);

        await circuit.ChangeAsync(children => children.Clear());
        await circuit.SettleAsync();

        await AssertContentAsync<AutoTabCounter>("3", StashScope.Tab);
    }

    [Theory]
    [InlineData("look")]
    [InlineData("close")]
    public async Task Job_FinishesWhileThePhoneIsAway_IsSavedByTheRegularLookOrTheLastOne(string moment)
    {
        var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => counter.Count = 1);
        await circuit.SettleAsync();
        await circuit.DisconnectAsync();

        await circuit.BackgroundAsync(() => counter.Count = 9);
        if (moment == "look")
        {
            _server.Time.Advance(StashSession.LookPeriod);
            await circuit.SettleAsync();
            await AssertContentAsync<AutoCounter>("9");
        }

        await circuit.CloseAsync();
        await AssertContentAsync<AutoCounter>("9");
    }

    [Fact]
    public async Task Disconnect_ChangeThatNobodyNoticedYet_IsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.BackgroundAsync(() => counter.Count = 9);

        await circuit.DisconnectAsync();
        await circuit.SettleAsync();

        await AssertContentAsync<AutoCounter>("9");
    }

    [Fact]
    public async Task Component_LeftEarlierThenALossAndVisitedAgain_TheAbandonedValuesAreNotBack()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var counter = await before.AddAsync<AutoCounter>();
            await before.DoAsync(() => counter.Count = 7);
            await before.SettleAsync();
            await before.RemoveAsync(counter);
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await circuit.AddAsync<AutoCounter>()).Count);
    }

    [Fact]
    public async Task Reload_ThenALossBeforeAnythingIsChanged_TheValuesOfBeforeTheReloadAreNotBack()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var counter = await before.AddAsync<AutoCounter>();
            await before.DoAsync(() => counter.Count = 7);
            await before.SettleAsync();
        }

        await using (var reloaded = await _server.OpenAsync(_browser))
        {
            await reloaded.AddAsync<AutoCounter>();
            await reloaded.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await circuit.AddAsync<AutoCounter>()).Count);
    }

    [Theory]
    [InlineData(typeof(ErrorBoundary))]
    [InlineData(typeof(SilentBoundary))]
    public async Task ErrorBoundary_CatchesAndRecovers_TheChildHasItsValuesAgain(Type boundary)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var guarded = await circuit.AddAsync<Guarded>(null, (nameof(Guarded.BoundaryType), boundary));
        await circuit.DoAsync(() => guarded.Child!.Text = "typed");
        await circuit.SettleAsync();

        await circuit.DoAsync(() =>
        {
            guarded.Child!.Text = "what the failing handler had set";
            guarded.Child!.Throw();
        });
        await circuit.SettleAsync();
        Assert.Null(guarded.Child);
        await circuit.DoAsync(() => guarded.Boundary!.Recover());
        await circuit.SettleAsync();

        Assert.Empty(circuit.Renderer.Errors);
        Assert.Equal("typed", guarded.Child!.Text);

        // And what is left by the user's will after that goes.
        await circuit.RemoveAsync(guarded);
        await circuit.SettleAsync();
        Assert.Null(await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id));
    }

    /// <summary>What cannot be serialized is tried ever more seldom; what is looked at for the last time, once more.</summary>
    [Theory]
    [InlineData("close")]
    [InlineData("disconnect")]
    [InlineData("leave")]
    [InlineData("flush")]
    public async Task LastLook_ValueCanBeSerializedAgain_IsSaved(string moment)
    {
        var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<Drawing>();
        await circuit.DoAsync(() => page.Shape.Inner = page.Shape);
        for (var i = 0; i < 10; i++)
        {
            await circuit.AcknowledgeAsync();
        }

        await circuit.BackgroundAsync(() => page.Shape = new() { Name = "edited" });
        await (moment switch
        {
            "disconnect" => circuit.DisconnectAsync(),
            "leave" => circuit.BackgroundAsync(() => ((IDisposable)page).Dispose()),
            "flush" => circuit.DoAsync(async () => await circuit.Session.FlushAsync()),
            _ => circuit.CloseAsync(),
        });
        await circuit.SettleAsync();

        Assert.Contains("edited", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single(), StringComparison.Ordinal);
        await circuit.DisposeAsync();
    }

    [Fact]
    public async Task AutoSaveOff_ChangedByAnEvent_IsSavedOnlyWhenItSaysSo()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Manual>();
        await circuit.DoAsync(() => counter.Count = 1);
        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);

        Assert.True((await circuit.DoAsync(() => circuit.Stash.For(counter).StashAsync())).IsSaved);
        await AssertContentAsync<Manual>("1");
    }

    private async Task AssertContentAsync<T>(string count, StashScope scope = StashScope.Reconnect) =>
        Assert.Equal(count, (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<T>("Count", scope: scope)]);

    [Stash(Scope = StashScope.Tab)]
    public class AutoTabCounter : ComponentBase
    {
        [Stash]
        public int Count { get; set; }
    }

    [Stash(Scope = StashScope.Tab)]
    public class Drawing : ComponentBase
    {
        [Stash]
        public Figure Shape { get; set; } = new();
    }

    public class Figure
    {
        public string Name { get; set; } = "";

        public Figure? Inner { get; set; }
    }

    [Stash(AutoSave = false)]
    public class Manual : ComponentBase
    {
        [Stash]
        public int Count { get; set; }
    }

    public class Guarded : ComponentBase
    {
        [Parameter]
        public Type BoundaryType { get; set; } = default!;

        public ErrorBoundaryBase? Boundary { get; private set; }

        public Thrower? Child { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent(0, BoundaryType);
            builder.AddComponentParameter(1, nameof(ErrorBoundary.ChildContent), (RenderFragment)(content =>
            {
                content.OpenComponent<Thrower>(0);
                content.AddComponentParameter(1, nameof(Thrower.Owner), this);
                content.CloseComponent();
            }));
            builder.AddComponentReferenceCapture(2, boundary => Boundary = (ErrorBoundaryBase)boundary);
            builder.CloseComponent();
        }
    }

    private sealed class BoundaryLogger : IErrorBoundaryLogger
    {
        public ValueTask LogErrorAsync(Exception exception) => default;
    }

    /// <summary>An app's own, which tells nobody.</summary>
    public class SilentBoundary : ErrorBoundaryBase
    {
        protected override Task OnErrorAsync(Exception exception) => Task.CompletedTask;

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, CurrentException is null ? ChildContent : null);
    }

    public class Thrower : ComponentBase, IDisposable
    {
        [Parameter]
        public Guarded Owner { get; set; } = default!;

        [Stash]
        public string Text { get; set; } = "";

        public void Throw() => _ = DispatchExceptionAsync(new InvalidOperationException("The handler has failed."));

        public void Dispose() => Owner.Child = null;

        protected override void OnInitialized() => Owner.Child = this;
    }
}
