using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>A scope without a circuit, as a prerendering request has it.</summary>
public sealed class PrerenderingTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task AnyCall_WhilePrerendering_IsInertAndMakesNoCall()
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
            var result = new StashSaveResult(outcome);
            Assert.Equal((outcome == StashOutcome.Ok, outcome == StashOutcome.Unavailable), (result.IsSaved, result.IsRetrying));
        }
    }
}
