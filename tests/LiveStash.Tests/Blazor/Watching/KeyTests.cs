using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>Keys by parameters and routes, and owners whose key changes while they live.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task RoutablePage_TypedAt1ThenAt2_TheTextOf1DoesNotAppearAt2AndIsBackAt1()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var order = await AddAsync(circuit, 1);
        await circuit.DoAsync(() => order.Text = "of 1");

        await GoAsync(circuit, order, 2);
        Assert.Equal("loaded 2", order.Text);
        await circuit.DoAsync(() => order.Text = "of 2");
        await GoAsync(circuit, order, 1);
        Assert.Equal("of 1", order.Text);
        await GoAsync(circuit, order, 2);

        Assert.Equal("of 2", order.Text);
    }

    [Fact]
    public async Task RoutablePage_LossAfterTwoOfThem_EachHasItsOwnText()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var order = await AddAsync(before, 1);
            await before.DoAsync(() => order.Text = "of 1");
            await GoAsync(before, order, 2);
            await before.DoAsync(() => order.Text = "of 2");
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await AddAsync(circuit, 2);
        Assert.Equal("of 2", after.Text);
        await GoAsync(circuit, after, 1);
        Assert.Equal("of 1", after.Text);
        await GoAsync(circuit, after, 3);
        Assert.Equal("loaded 3", after.Text);
    }

    /// <summary>Which is read once: what is entered for 2 would be kept for 1.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StashSettings_KeyIsAnotherLater_InDevelopmentThrowsElsewhereTheLogSaysSo(bool isDevelopment)
    {
        await using var server = new TestServer(services: services => services.AddSingleton<IHostEnvironment>(new TestServer.HostEnvironment { EnvironmentName = isDevelopment ? Environments.Development : Environments.Production }));
        await using var circuit = await server.OpenAsync(_browser);
        var order = await circuit.AddAsync<KeyedBySettings>(null, (nameof(KeyedBySettings.Id), 1));
        Assert.Equal(1, Assert.Single(order.Given));
        Task GoAsync() => SetAsync(circuit, order, (nameof(KeyedBySettings.Id), 2));

        var message = "";
        if (isDevelopment)
        {
            message = (await Assert.ThrowsAsync<InvalidOperationException>(GoAsync)).Message;
        }
        else
        {
            await GoAsync();
            await GoAsync();
            message = Assert.Single(server.Logs.WithId(1217)).Text;
        }

        Assert.Contains("was '1' and is '2' now", message, StringComparison.Ordinal);
    }

    /// <summary>What asks nothing of the parameters does not get them ahead of the component's own method.</summary>
    [Fact]
    public async Task SetParametersAsync_OfADescendantOfTheBaseClass_SeesWhatIsNew()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var component = await circuit.AddAsync<Comparing>(null, (nameof(Comparing.Id), 7));

        Assert.True(component.WasAnother);
    }

    /// <summary>With all the values that it has had.</summary>
    [Fact]
    public async Task RoutablePage_LeftAt2AfterItWas1_1StartsAnewAndNothingOfItIsKept()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var order = await AddAsync(circuit, 1);
        await circuit.DoAsync(() => order.Text = "of 1");
        await GoAsync(circuit, order, 2);
        await circuit.RemoveAsync(order);
        await circuit.SettleAsync();
        Assert.Empty(await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id) ?? []);

        var anew = await AddAsync(circuit, 1);
        Assert.Equal(("loaded 1", StashStatus.New), (anew.Text, circuit.Stash.For(anew).Status));
    }

    [Fact]
    public async Task RoutablePage_MadeAnewAt1WhileTheOneThatWas1Goes_StartsAnew()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var order = await AddAsync(circuit, 1);
        await circuit.DoAsync(() => order.Text = "of 1");
        await GoAsync(circuit, order, 2);

        var anew = await circuit.ReplaceAsync<Order>(order, null, (nameof(Order.Id), 1));

        Assert.Equal("loaded 1", anew.Text);
    }

    [Fact]
    public async Task RoutablePage_OfScopeTabLeftAt2AfterItWas1_1IsBack()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var draft = await circuit.AddAsync<Draft>(null, (nameof(Draft.Id), 1));
        await circuit.DoAsync(() => draft.Text = "of 1");
        await SetAsync(circuit, draft, (nameof(Draft.Id), 2));
        await circuit.RemoveAsync(draft);

        Assert.Equal("of 1", (await circuit.AddAsync<Draft>(null, (nameof(Draft.Id), 1))).Text);
    }

    [Fact]
    public async Task StashKey_OfAListItem_EachHasItsOwnStateAndMovingItsKeyMovesTheState()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var items = new List<Item>();
        foreach (var id in new[] { "a", "b" })
        {
            items.Add(await circuit.AddAsync<Item>(null, (nameof(Item.Id), id)));
        }

        await circuit.DoAsync(() => (items[0].Count, items[1].Count) = (1, 2));
        await SetAsync(circuit, items[0], (nameof(Item.Id), "c"));
        Assert.Equal(5, items[0].Count);
        await circuit.DoAsync(() => items[0].Count = 3);
        await circuit.SettleAsync();

        var content = (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!;
        Assert.Equal([("a", "1"), ("b", "2"), ("c", "3")], content.Select(entry => (entry.Key.Split('#', '/')[1], entry.Value)).Order());
    }

    [Fact]
    public async Task StashKey_ParametersWithoutTheKey_KeepIt()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var item = await circuit.AddAsync<Item>(null, (nameof(Item.Id), "a"));
        await circuit.DoAsync(() => item.Count = 1);

        await SetAsync(circuit, item, (nameof(Item.Other), 7));

        Assert.Equal(1, item.Count);
    }

    /// <summary>Without @key Blazor has each line's component go on with the next line.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task StashKey_OfLinesWithoutKey_OneIsRemoved_TheOthersKeepTheirState(string removed)
    {
        string[] ids = ["a", "b", "c"];
        var left = ids.Where(id => id != removed).ToArray();
        await using (var before = await _server.OpenAsync(_browser))
        {
            var lines = await before.AddAsync<Lines>();
            await before.DoAsync(() => lines.Show(ids));
            await before.DoAsync(() => Array.ForEach(ids, id => lines[id].Count = id[0]));
            await before.SettleAsync();

            await before.DoAsync(() => lines.Show(left));
            await before.AcknowledgeAsync();
            await before.SettleAsync();
            Assert.Equal(left.Select(static id => (int)id[0]), left.Select(id => lines[id].Count));
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Lines>();
        await circuit.DoAsync(() => after.Show(left));
        Assert.Equal(left.Select(static id => (int)id[0]), left.Select(id => after[id].Count));
    }

    [Fact]
    public async Task StashKey_OfLinesWithoutKey_OneComesBeforeThem_TheyKeepTheirState()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var lines = await circuit.AddAsync<Lines>();
        await circuit.DoAsync(() => lines.Show(["b", "c"]));
        await circuit.DoAsync(() => (lines["b"].Count, lines["c"].Count) = (2, 3));

        await circuit.DoAsync(() => lines.Show(["a", "b", "c"]));

        Assert.Equal((5, 2, 3), (lines["a"].Count, lines["b"].Count, lines["c"].Count));
    }

    private static Task<Order> AddAsync(TestCircuit circuit, int id) => circuit.AddAsync<Order>(null, (nameof(Order.Id), id));

    private static Task GoAsync(TestCircuit circuit, Order order, int id) => SetAsync(circuit, order, (nameof(Order.Id), id));

    /// <summary>As a parent does it that renders again.</summary>
    private static Task SetAsync(TestCircuit circuit, IComponent component, (string Name, object? Value) parameter) =>
        circuit.DoAsync(() => { _ = component.SetParametersAsync(ParameterView.FromDictionary(new Dictionary<string, object?> { [parameter.Name] = parameter.Value })); });

    [Route("/orders/{id:int}")]
    [Route("/orders/{id:int}/edit")]
    public class Order : ComponentBase
    {
        [Parameter]
        public int Id { get; set; }

        [Stash]
        public string Text { get; set; } = "";

        protected override void OnParametersSet() => Text = Text.Length == 0 ? $"loaded {Id}" : Text;
    }

    [Route("/drafts/{id:int}")]
    public class Draft : ComponentBase
    {
        [Parameter]
        public int Id { get; set; }

        [Stash(Scope = StashScope.Tab)]
        public string Text { get; set; } = "";
    }

    public class Item : ComponentBase
    {
        [Parameter, StashKey]
        public string Id { get; set; } = "";

        [Parameter]
        public int Other { get; set; }

        [Stash]
        public int Count { get; set; } = 5;
    }

    public class Lines : ComponentBase
    {
        private readonly List<Item> _items = [];
        private string[] _ids = [];

        public Item this[string id] => _items.Last(item => item.Id == id);

        public void Show(string[] ids)
        {
            _ids = ids;
            StateHasChanged();
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            foreach (var id in _ids)
            {
                builder.OpenComponent<Item>(0);
                builder.AddComponentParameter(1, nameof(Item.Id), id);
                builder.AddComponentReferenceCapture(2, item => _items.Add((Item)item));
                builder.CloseComponent();
            }
        }
    }

    public class KeyedBySettings : ComponentBase, IHasStashSettings
    {
        [Parameter]
        public int Id { get; set; }

        public List<int> Given { get; } = [];

        public StashSlotSettings StashSettings => new() { Key = $"{Id}" };

        [Stash]
        public string Text { get; set; } = "";

        protected override void OnParametersSet() => Given.Add(Id);
    }

    public class Comparing : StashComponentBase
    {
        [Parameter]
        public int Id { get; set; }

        [Stash]
        public string Text { get; set; } = "";

        public bool WasAnother { get; private set; }

        public override Task SetParametersAsync(ParameterView parameters)
        {
            WasAnother |= parameters.TryGetValue(nameof(Id), out int id) && id != Id;
            return base.SetParametersAsync(parameters);
        }
    }
}
