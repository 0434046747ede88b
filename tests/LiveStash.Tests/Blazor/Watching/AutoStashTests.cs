using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Watching;

public sealed class AutoStashTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task AutoStash_AfterTheFirstRender_WritesNothing()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.SettleAsync();
        await circuit.DoAsync(() => counter.Show(0));
        await circuit.SettleAsync();

        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task AutoStash_ValuesMadeInOnInitialized_WritesNothingUntilAChange()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>(null, (nameof(Counter.Initialize), (Action<Counter>)(counter => counter.Note = "made")));
        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);

        await circuit.DoAsync(() => counter.Show(1));
        await circuit.SettleAsync();
        Assert.Equal("Count", Assert.Single(Assert.Single(_server.Engine.Writes).Changed).Name.Split('/')[^1]);
    }

    [Fact]
    public async Task AutoStash_RecoveredValueOverwrittenInOnInitialized_IsPutBackBeforeItIsRendered()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<AutoCounter>()).SetAsync(7);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>(null, (nameof(Counter.Initialize), (Action<Counter>)(counter => counter.Count = 100)));
        await circuit.SettleAsync();

        Assert.Equal((7, 7, 7), (counter.InOnInitialized, counter.InFirstRender, counter.Count));
        Assert.Single(_server.Engine.Writes);
    }

    [Fact]
    public async Task AutoStash_SeveralComponentsChangedInOneBatch_OneWriteAndNoLoop()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var a = await circuit.AddAsync<AutoCounter>("a");
        var b = await circuit.AddAsync<AutoCounter>("b");

        // A page with an "all changes saved" sign renders when a save is done.
        circuit.Stash.Saved += _ => a.Show(a.Count);
        await circuit.DoAsync(() =>
        {
            a.Show(1);
            b.Show(2);
        });
        await circuit.SettleAsync();

        Assert.Equal(2, Assert.Single(_server.Engine.Writes).Changed.Count);
        var renders = a.Renders;
        await circuit.SettleAsync();
        Assert.Equal(renders, a.Renders);
    }

    [Fact]
    public async Task AutoStash_RendersWithoutAChange_NoCall()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => counter.Show(1));
        await circuit.SettleAsync();
        _server.Engine.ForgetCalls();
        for (var i = 0; i < 5; i++)
        {
            await circuit.DoAsync(() => counter.Show(1));
            await circuit.SettleAsync();
        }

        Assert.Empty(_server.Engine.Calls);
        Assert.Single(circuit.Saves);
    }

    [Fact]
    public async Task AutoStash_EngineUnavailable_IsRetriedAndDoesNotWriteWithEachRender()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        circuit.Stash.Saved += _ => counter.Show(counter.Count);
        _server.Engine.IsUnavailable = true;
        await circuit.DoAsync(() => counter.Show(1));
        await circuit.SettleAsync();
        Assert.Single(_server.Engine.Writes);

        _server.Engine.IsUnavailable = false;
        await circuit.DoAsync(() => counter.Show(2));
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        Assert.Equal("2", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<AutoCounter>("Count")]);
    }
}
