using LiveStash.Browser;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>A scope without a circuit, as a prerendering request has it.</summary>
public sealed class PrerenderingTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task AnyCall_WhilePrerenderingAPageThatIsOpenedAnew_IsInertAndMakesNoCall()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<TabCounter>()).SetAsync(7);
        }

        _server.Engine.ForgetCalls();
        await using var request = _server.Create(_browser);
        var counter = await request.AddAsync<TabCounter>();
        var auto = await request.AddAsync<AutoCounter>();
        await request.DoAsync(() => auto.Show(1));

        Assert.Equal((StashStatus.New, 0, 0), (counter.Status, counter.Count, counter.Recoveries));
        Assert.False(request.Stash.IsActive);
        Assert.Equal(0, request.Stash.AcknowledgedWrites);
        Assert.False((await counter.SetAsync(1)).IsSaved);
        Assert.False((await counter.ResetAsync()).IsSaved);
        Assert.False((await request.DoAsync(request.Stash.ResetAsync)).IsSaved);
        _server.Time.Advance(TimeSpan.FromHours(1));
        await request.SettleAsync();

        Assert.Empty(request.Renderer.Errors);
        Assert.Empty(request.Page.Calls);
        Assert.Empty(_server.Engine.Calls);
        Assert.DoesNotContain(_server.Logs.Lines, line => line.Category.StartsWith("LiveStash", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 0)]
    public async Task Prerender_PageThatIsLoadedAgain_HasWhatItsCircuitWillHaveAndSavesNothing(bool lost, int count)
    {
        await SaveAsync(7);
        await using var request = _server.Create(_browser);
        Assert.True(await PrerenderAsync(request, Told() with { Lost = lost }));

        var counter = await request.AddAsync<AutoCounter>(parameters: (nameof(Counter.Initialize), (Action<Counter>)(static made => made.Note = "made")));
        Assert.Equal((count, count > 0 ? StashStatus.Recovered : StashStatus.New, count > 0 ? 1 : 0), (counter.Count, counter.Status, counter.Recoveries));
        Assert.Equal(("made", count), (counter.Note, counter.InFirstRender));
        await request.DoAsync(() => counter.Show(8));
        Assert.False(request.Stash.IsActive);
        Assert.True(await counter.SetAsync(9) is { IsSaved: false, IsRetrying: false });
        Assert.False((await counter.ResetAsync()).IsSaved);
        Assert.False((await request.DoAsync(request.Stash.ResetAsync)).IsSaved);
        await request.RemoveAsync(counter);
        _server.Time.Advance(TimeSpan.FromSeconds(30));
        await request.SettleAsync();

        Assert.False(request.Stash.HasUnsavedChanges);
        Assert.Empty(request.Page.Calls);
        Assert.Equal(StashOpenMode.Read, Assert.Single(_server.Engine.Calls).Mode);
    }

    [Fact]
    public async Task Prerender_OwedPage_HasItAndItIsStillOwedToTheCircuit()
    {
        await SaveAsync(7);
        _browser.Lost = true;
        await using (await _server.OpenAsync(_browser))
        {
            // On another page.
        }

        Assert.NotNull(_browser.Owed);
        await using var request = _server.Create(_browser);
        Assert.True(await PrerenderAsync(request, Told()));
        Assert.Equal(7, (await request.AddAsync<AutoCounter>()).Count);

        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(7, (await circuit.AddAsync<AutoCounter>()).Count);
    }

    [Fact]
    public async Task Prerender_WhileTheCircuitIsStillThere_TheCircuitKeepsItsStash()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoTabCounter>();
        Assert.True((await counter.SetAsync(7)).IsSaved);
        await using var request = _server.Create(_browser);

        Assert.True(await PrerenderAsync(request, Told()));
        Assert.Equal(7, (await request.AddAsync<AutoTabCounter>()).Count);
        Assert.True((await counter.SetAsync(8)).IsSaved);
    }

    [Fact]
    public async Task Prerender_EngineHangs_GoesOnWithInitialValuesAfterItsTime()
    {
        await SaveAsync(7);
        _server.Engine.Gate = new();
        await using var request = _server.Create(_browser);

        var reading = PrerenderAsync(request, Told() with { Lost = true });
        Assert.False(reading.IsCompleted);
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);

        Assert.False(await reading.WaitAsync(Wait.Limit));
        _server.Engine.Gate.SetResult();
        var counter = await request.AddAsync<AutoCounter>();
        Assert.Equal((0, StashStatus.New), (counter.Count, counter.Status));
    }

    [Theory]
    [InlineData("memory", true)]
    [InlineData("unknown", false)]
    public async Task Prerender_EngineThrowsOrIsAnother_InitialValues(string engine, bool throws)
    {
        await SaveAsync(7);
        _server.Engine.Throws = throws ? new InvalidOperationException("Broken.") : null;
        await using var request = _server.Create(_browser);

        Assert.False(await request.Session.PrerenderAsync(Page, engine, Told() with { Lost = true }, CancellationToken.None));
        Assert.Equal(0, (await request.AddAsync<AutoCounter>()).Count);
    }

    [Fact]
    public async Task Prerender_Service_HasItsValuesWithTheFirstComponent()
    {
        await using var server = new TestServer(static builder => builder.AddService<StashedCart>());
        await using (var before = await server.OpenAsync(_browser))
        {
            await before.DoAsync(() => before.Services.GetRequiredService<StashedCart>().Items = 3);
        }

        await using var request = server.Create(_browser);
        Assert.True(await PrerenderAsync(request, Told() with { Lost = true }));
        await request.AddAsync<Counter>();
        Assert.Equal(3, request.Services.GetRequiredService<StashedCart>().Items);
    }

    [Fact]
    public async Task AnyCall_AfterTheCircuit_IsNotSavedAndDoesNotThrow()
    {
        var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        Assert.True(circuit.Stash.IsActive);
        await circuit.DoAsync(() => { _ = circuit.Session.CloseAsync(); });

        Assert.False(circuit.Stash.IsActive);
        Assert.False((await counter.SetAsync(1)).IsSaved);
        Assert.False((await counter.ResetAsync()).IsSaved);
        Assert.Empty(_server.Engine.Calls);
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task Attach_Null_Throws()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Throws<ArgumentNullException>("owner", () => circuit.Stash.Attach(null!));
    }

    [Fact]
    public async Task StashAsync_FromAnotherThread_RunsOnTheDispatcher()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        counter.Count = 5;

        Assert.True((await Task.Run(counter.SaveAsync)).IsSaved);
        Assert.True((await Task.Run(counter.ResetAsync)).IsSaved);
    }

    [Fact]
    public void StashSaveResult_ByOutcome_TellsSavedAndRetrying()
    {
        foreach (var outcome in Enum.GetValues<StashOutcome>())
        {
            var result = new StashSaveResult(outcome, Written: true);
            Assert.Equal((outcome == StashOutcome.Ok, outcome == StashOutcome.Unavailable), (result.IsSaved, result.IsRetrying));
            Assert.False((result with { Written = false }).IsRetrying);
        }
    }

    private static Uri Page { get; } = new("https://shop.example/");

    private static Task<bool> PrerenderAsync(TestCircuit request, StashGreeting told) =>
        request.Session.PrerenderAsync(Page, StashEngineNames.Memory, told, CancellationToken.None);

    private StashGreeting Told() => new() { Tags = _browser.Kept() };

    private async Task SaveAsync(int count)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            Assert.True((await (await before.AddAsync<AutoCounter>()).SetAsync(count)).IsSaved);
        }

        _server.Engine.ForgetCalls();
    }

    private sealed class StashedCart
    {
        [Stash]
        public int Items { get; set; }
    }
}
