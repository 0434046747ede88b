using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>What initialization sets is not the user's change, and does not win over what was recovered.</summary>
public sealed class LoadingTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnInitializedAsync_LoadsTheRow_TheRecoveredEditsAreNotGoneAndTheLoadedOnesAreNeverRendered(bool isAsync)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var crud = await AddAsync<Crud>(before, isAsync ? new() : null);
            crud.Loading?.SetResult();
            await before.UntilAsync(() => crud.Row.Name == "loaded", "the row");
            await before.DoAsync(() => crud.Row.Name = "edited");
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await AddAsync<Crud>(circuit, isAsync ? new() : null);
        after.Loading?.SetResult();
        await circuit.UntilAsync(() => after.IsLoaded, "the row");
        await circuit.SettleAsync();

        Assert.Equal("edited", after.Row.Name);
        Assert.All(after.Rendered, name => Assert.Equal("edited", name));
        Assert.Equal(isAsync ? 2 : 1, after.Rendered.Count);
    }

    [Fact]
    public async Task OnInitializedAsync_LoadsAndTheUserChangesNothing_NothingIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var crud = await AddAsync<Crud>(circuit, new());
        for (var i = 0; i < 3; i++)
        {
            await circuit.AcknowledgeAsync();
        }

        crud.Loading!.SetResult();
        await circuit.UntilAsync(() => crud.IsLoaded, "the row");
        await circuit.AcknowledgeAsync();
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        await circuit.SettleAsync();

        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task OnInitializedAsync_UserTypesWhileItLoads_WhatWasTypedIsSavedAndNoMore()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var crud = await AddAsync<Crud>(circuit, new());
        Assert.Equal(100, crud.Total);

        await circuit.DoAsync(() => crud.Search = "boots");
        await circuit.SettleAsync();
        crud.Loading!.SetResult();
        await circuit.UntilAsync(() => crud.IsLoaded, "the row");
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("Search", Assert.Single(Assert.Single(_server.Engine.Writes).Changed).Name.Split('/')[^1]);
    }

    [Fact]
    public async Task InitializationWins_ComponentMergesByItself_ItsDecisionStaysAndIsSaved()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var merging = await before.AddAsync<Merging>();
            await before.DoAsync(() => merging.Text = "edited");
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Merging>();
        await circuit.SettleAsync();

        Assert.Equal("edited and loaded", after.Text);
        Assert.Equal("\"edited and loaded\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    [Fact]
    public async Task InitializationWins_LostAgainWhileItLoads_WhatItHasSetHalfwayIsNotSaved()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var merging = await before.AddAsync<MergingSlowly>();
            await before.BackgroundAsync(merging.Loading.SetResult);
            await before.DoAsync(() => merging.Text = "edited");
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using (var between = await _server.OpenAsync(_browser))
        {
            Assert.Equal("", (await between.AddAsync<MergingSlowly>()).Text);
            await between.AcknowledgeAsync();
            await between.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<MergingSlowly>();
        await circuit.AcknowledgeAsync();
        await circuit.BackgroundAsync(after.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("edited and loaded", after.Text);
        Assert.Equal("\"edited and loaded\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    [Fact]
    public async Task OnAfterRender_SetsWhatWasRecovered_IsAChangeAndWins()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var setting = await before.AddAsync<SettingLate>();
            await before.AcknowledgeAsync();
            await before.DoAsync(() => setting.Text = "edited");
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<SettingLate>();
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal(("edited", "set late"), (after.BeforeThat, after.Text));
        Assert.Equal("\"set late\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    [Fact]
    public async Task OnInitializedAsync_Throws_TheErrorIsTheRenderersAndThePageGoesOnBeingSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var beside = await circuit.AddAsync<AutoCounter>();
        var crud = await AddAsync<Crud>(circuit, new());
        crud.Loading!.SetException(new TimeoutException("The database is away."));
        await circuit.UntilAsync(() => circuit.Renderer.Errors.Count == 1, "the error");

        await circuit.DoAsync(() => beside.Show(1));
        await circuit.DoAsync(() => crud.Search = "boots");
        await circuit.SettleAsync();

        Assert.Equal(["\"boots\"", "1"], (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ParentsModel_ChangedInPlaceByAChild_IsSavedWithTheParent()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await AddAsync<Crud>(circuit, null);

        // As InputText in a child component does it: the parent is not rendered, its property not set.
        var model = page.Row;
        await circuit.DoAsync(() => model.Name = "typed in a child");
        await circuit.SettleAsync();

        Assert.Contains("typed in a child", Assert.Single((await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values), StringComparison.Ordinal);
    }

    private static Task<T> AddAsync<T>(TestCircuit circuit, TaskCompletionSource? loading)
        where T : IComponent => circuit.AddAsync<T>(null, (nameof(Crud.Loading), loading));

    public sealed class Row
    {
        public string Name { get; set; } = "";
    }

    public class Crud : ComponentBase
    {
        [Parameter]
        public TaskCompletionSource? Loading { get; set; }

        [Stash]
        public Row Row { get; set; } = new();

        [Stash]
        public int Total { get; set; }

        [Stash]
        public string Search { get; set; } = "";

        public bool IsLoaded { get; private set; }

        public List<string> Rendered { get; } = [];

        protected override async Task OnInitializedAsync()
        {
            Total = 100;
            if (Loading is not null)
            {
                await Loading.Task;
            }

            Row = new() { Name = "loaded" };
            IsLoaded = true;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            Rendered.Add(Row.Name);
            builder.AddContent(0, Row.Name);
        }
    }

    public class Merging : ComponentBase
    {
        [Stash(InitializationWins = true)]
        public string Text { get; set; } = "";

        protected override void OnInitialized() => Text = Text.Length == 0 ? "" : Text + " and loaded";
    }

    public class MergingSlowly : ComponentBase
    {
        public TaskCompletionSource Loading { get; } = new();

        [Stash(InitializationWins = true)]
        public string Text { get; set; } = "";

        protected override async Task OnInitializedAsync()
        {
            var recovered = Text;
            Text = "";
            await Loading.Task;
            Text = recovered.Length == 0 ? "" : recovered + " and loaded";
        }
    }

    public class SettingLate : ComponentBase
    {
        [Stash]
        public string Text { get; set; } = "";

        public string? BeforeThat { get; private set; }

        protected override void OnAfterRender(bool firstRender)
        {
            if (firstRender)
            {
                (BeforeThat, Text) = (Text, "set late");
            }
        }
    }
}
