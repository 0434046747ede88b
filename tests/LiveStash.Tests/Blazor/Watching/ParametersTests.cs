using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>What a page gives its components once it has loaded it, and what is no loading.</summary>
public sealed class ParametersTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task OnParametersSet_ParentHasLoaded_TheRecoveredEditStaysUntilTheUserChoosesAnother()
    {
        await EditAsync();
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<CustomerPage>();
        Assert.Equal("Anna", after.Editor!.Draft);
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(after.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();
        Assert.Equal("Ann", after.Editor.Customer);
        Assert.Equal("Anna", after.Editor.Draft);
        Assert.DoesNotContain("Ann", after.Editor.Rendered);
        Assert.Equal("\"Anna\"", await DraftAsync());

        await circuit.DoAsync(() => after.Choose("Bob"));
        await circuit.SettleAsync();
        Assert.Equal("Bob", after.Editor.Draft);
        Assert.Equal("\"Bob\"", await DraftAsync());
    }

    [Fact]
    public async Task OnParametersSet_UserHasTypedBeforeTheParentHasLoaded_WhatWasTypedStaysToo()
    {
        await EditAsync();
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<CustomerPage>();
        await circuit.DoAsync(() => after.Editor!.Draft = "Annabel");
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(after.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal(("Ann", "Annabel", "mine"), (after.Editor!.Customer, after.Editor.Draft, after.Editor.Note));
        Assert.Equal("\"Annabel\"", await DraftAsync());
    }

    [Fact]
    public async Task OnParametersSet_PushedByNothingThatThePageBegan_IsAChange()
    {
        await EditAsync();
        await using var circuit = await _server.OpenAsync(_browser);
        CustomerPage? after = null;
        await Task.Run(() => circuit.BackgroundAsync(() => after = circuit.Renderer.Mount<CustomerPage>())); // as with the circuit's start
        Assert.Equal("Anna", after!.Editor!.Draft);
        await circuit.BackgroundAsync(() => after.Choose("Bob"));
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("Bob", after.Editor.Draft);
        Assert.Equal("\"Bob\"", await DraftAsync());
    }

    /// <summary>A job in the background that began with the page goes on with it; only while the page comes is what it gives a child taken for loading.</summary>
    [Fact]
    public async Task OnParametersSet_ParentsJobGoesOnLater_WhatItBringsIsAChange()
    {
        await EditAsync();
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<CustomerPage>();
        _server.Time.Advance(TimeSpan.FromSeconds(11));
        await circuit.BackgroundAsync(after.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("Ann", after.Editor!.Draft);
        Assert.Equal("\"Ann\"", await DraftAsync());
    }

    /// <summary>Has the customer edited by a page that is lost then.</summary>
    private async Task EditAsync()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var page = await before.AddAsync<CustomerPage>();
            await before.BackgroundAsync(page.Loading.SetResult);
            await before.DoAsync(() => (page.Editor!.Draft, page.Editor.Note) = ("Anna", "mine"));
            await before.SettleAsync();
        }

        _browser.Lost = true;
    }

    private async Task<string> DraftAsync() => (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<CustomerEditor>("Draft")];

    /// <summary>Keeps nothing itself, and has its child edit what it loads.</summary>
    public class CustomerPage : ComponentBase
    {
        private string? _customer;

        public TaskCompletionSource Loading { get; } = new();

        public CustomerEditor? Editor { get; private set; }

        public void Choose(string customer)
        {
            _customer = customer;
            StateHasChanged();
        }

        protected override async Task OnInitializedAsync()
        {
            await Loading.Task;
            _customer = "Ann";
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<CustomerEditor>(0);
            builder.AddComponentParameter(1, nameof(CustomerEditor.Customer), _customer);
            builder.AddComponentReferenceCapture(2, editor => Editor = (CustomerEditor)editor);
            builder.CloseComponent();
        }
    }

    public class CustomerEditor : ComponentBase
    {
        private string? _shown;

        [Parameter]
        public string? Customer { get; set; }

        [Stash]
        public string Draft { get; set; } = "";

        [Stash]
        public string Note { get; set; } = "";

        public List<string> Rendered { get; } = [];

        protected override void OnParametersSet()
        {
            if (Customer != _shown)
            {
                _shown = Customer;
                Draft = Note = Customer ?? "";
            }
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => Rendered.Add(Draft);
    }
}
