using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Blazor.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>What an app does in OnStashRecovered.</summary>
public sealed class StashRecoveredTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task OnStashRecovered_CorrectsAValue_TheCorrectionIsShownAndSaved()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var step = await before.AddAsync<Correcting>();
            await before.DoAsync(() => step.Show(9));
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Correcting>();
        await circuit.SettleAsync();

        Assert.Equal((3, 3), (after.InFirstRender, after.Count));
        Assert.Equal("3", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<Correcting>("Count")]);
    }

    /// <summary>The answer comes late, since the engine was away: what one component throws costs neither the others nor the saving.</summary>
    [Fact]
    public async Task OnStashRecovered_ThrowsAtALateAnswer_TheOthersHaveTheirsAndAllGoOnBeingSaved()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var (thrower, counter) = (await before.AddAsync<AutoThrowing>(), await before.AddAsync<AutoTabCounter>());
            await before.DoAsync(() => (thrower.Count, counter.Count) = (1, 2));
            await before.SettleAsync();
        }

        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var failing = await circuit.AddAsync<AutoThrowing>();
        var other = await circuit.AddAsync<AutoTabCounter>();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.SettleAsync();
        Assert.Equal((1, 2), (failing.Count, other.Count));

        await circuit.DoAsync(() => other.Show(3));
        await circuit.SettleAsync();

        Assert.Equal("3", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<AutoTabCounter>("Count", scope: StashScope.Tab)]);
        Assert.Contains("The app's.", Assert.Single(_server.Logs.WithId(1215)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LateAnswer_ComponentThatSavesWhenItSaysSoHasBeenEdited_TheEditStays()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<Counter>()).SetAsync(1);
        }

        _browser.Lost = true;
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await circuit.DoAsync(() => counter.Count = 5);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.SettleAsync();

        Assert.Equal(5, counter.Count);
    }

    /// <summary>The page that has got its customer renders, and hands it to its child, which has its own state.</summary>
    [Fact]
    public async Task LateAnswer_ParentHandsOnWhatItHasGot_TheChildKeepsItsOwn()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var page = await before.AddAsync<KeptCustomerPage>();
            await before.DoAsync(() => page.Choose("Ann"));
            await before.DoAsync(() => (page.Editor!.Draft, page.Editor.Note) = ("Anna", "mine"));
            await before.SettleAsync();
        }

        _browser.Lost = true;
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<KeptCustomerPage>();
        _server.Time.Advance(TimeSpan.FromSeconds(20));
        await circuit.SettleAsync();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(20));
        await circuit.SettleAsync();
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal(("Ann", "Anna", "mine"), (after.Editor!.Customer, after.Editor.Draft, after.Editor.Note));
        Assert.Equal("\"mine\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<ParametersTests.CustomerEditor>("Note")]);
    }

    private class KeptCustomerPage : ComponentBase
    {
        [Stash]
        public string? Customer { get; set; }

        public ParametersTests.CustomerEditor? Editor { get; private set; }

        public void Choose(string customer)
        {
            Customer = customer;
            StateHasChanged();
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<ParametersTests.CustomerEditor>(0);
            builder.AddComponentParameter(1, nameof(ParametersTests.CustomerEditor.Customer), Customer);
            builder.AddComponentReferenceCapture(2, editor => Editor = (ParametersTests.CustomerEditor)editor);
            builder.CloseComponent();
        }
    }

    private class Correcting : AutoCounter
    {
        protected override void OnStashRecovered() => Count = Math.Min(Count, 3);
    }

    private class AutoThrowing : AutoTabCounter
    {
        protected override void OnStashRecovered() => throw new InvalidOperationException("The app's.");
    }
}
