using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>Scoped services that hold the state of a page.</summary>
public sealed class ServiceTests : IAsyncLifetime
{
    private readonly TestServer _server = new(builder => builder.AddService<CartState>().AddService<CartState>());
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Service_ChangedByAnEventAndCircuitLost_HasItsValuesBeforeAnyComponent()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var page = await before.AddAsync<CartPage>();
            await before.DoAsync(() => page.Cart.Items.Add("boots"));
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<CartPage>();

        Assert.Equal(["boots"], after.Cart.Items);
        Assert.Equal((1, "boots"), (after.Cart.Recoveries, after.Rendered.Single()));
        Assert.Equal(StashStatus.Recovered, circuit.Stash.For(after.Cart).Status);
    }

    [Fact]
    public async Task Service_OutlivesThePagesOfItsCircuit()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<CartPage>();
        await circuit.DoAsync(() => page.Cart.Items.Add("boots"));
        await circuit.RemoveAsync(page);
        await circuit.SettleAsync();

        Assert.Equal(["[\"boots\"]"], (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values);
    }

    [Fact]
    public async Task Service_WhilePrerendering_IsInert()
    {
        await using var request = _server.Create(_browser);
        var page = await request.AddAsync<CartPage>();
        page.Cart.Items.Add("boots");

        Assert.Equal(StashStatus.New, request.Stash.For(page.Cart).Status);
        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task Service_ThatIsASingleton_IsRefusedSinceItWouldMixUsers()
    {
        await using var server = new TestServer(builder => builder.AddService<CartState>(), services: services => services.AddSingleton<CartState>());
        await using var circuit = await server.OpenAsync(_browser);

        Assert.Contains("Register it as scoped", Assert.Single(server.Logs.WithId(1210)).Text, StringComparison.Ordinal);
        Assert.True(circuit.Stash.IsActive);
    }

    public sealed class CartState : IStashRecovered
    {
        [Stash]
        public List<string> Items { get; set; } = [];

        public int Recoveries { get; private set; }

        public void OnStashRecovered() => Recoveries++;
    }

    public class CartPage : ComponentBase
    {
        [Inject]
        public CartState Cart { get; set; } = default!;

        public List<string> Rendered { get; } = [];

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            Rendered.Add(string.Join(',', Cart.Items));
            builder.AddContent(0, Rendered[^1]);
        }
    }
}
