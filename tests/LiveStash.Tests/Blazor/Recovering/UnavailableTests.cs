using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>An engine or a browser that does not answer: the page goes on, and nothing is lost or told wrongly.</summary>
public sealed class UnavailableTests : OutageTest
{
    [Fact]
    public async Task StartAsync_BrowserThatDoesNotAnswer_ThePageStartsWithinTheTimeout()
    {
        var circuit = _server.Create(_browser, page: page => page.Hangs = true);
        var starting = circuit.StartAsync();
        await Wait.UntilAsync(() => circuit.Page.Calls.Length == 1, "the greeting");
        Assert.False(starting.IsCompleted);

        _server.Time.Advance(LiveStashOptions.DefaultRecoveryPatience);
        await starting.WaitAsync(Wait.Limit);

        Assert.Equal(StashStatus.Error, (await circuit.AddAsync<TabCounter>()).Status);
        Assert.Empty(_server.Engine.Calls);
        Assert.Equal(LogLevel.Warning, Assert.Single(_server.Logs.AtLeast(LogLevel.Warning)).Level);
        await circuit.CloseAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("[]")]
    [InlineData("{\"tags\":7}")]
    public async Task StartAsync_ScriptThatAnswersSomethingElse_ErrorAndThePageStarts(string? answer)
    {
        await using var circuit = await _server.OpenAsync(_browser, page: page => page.Answers["LiveStash.greet"] = answer);

        Assert.Equal(StashStatus.Error, (await circuit.AddAsync<TabCounter>()).Status);
        Assert.Empty(circuit.Renderer.Errors);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("memory+browser")]
    public async Task StartAsync_EngineUnavailableAndTheCircuitIsLeftBehind_ItDoesNotTakeTheStashOverLater(string engine)
    {
        await using var server = new TestServer(builder => builder.AddBrowserFallback("memory").UseEngine(engine));
        await using (var before = await server.OpenAsync(_browser))
        {
            await (await before.AddAsync<TabCounter>()).SetAsync(1);
            await before.SettleAsync();
        }

        server.Engine.IsUnavailable = true;
        await using var zombie = await server.OpenAsync(_browser);
        var stale = await zombie.AddAsync<TabCounter>();
        Assert.True((await stale.SetAsync(99)).IsRetrying);
        zombie.Page.Hangs = true;

        server.Engine.IsUnavailable = false;
        await using var live = await server.OpenAsync(_browser);
        var counter = await live.AddAsync<TabCounter>();
        Assert.True((await counter.SetAsync(2)).IsSaved);
        for (var i = 0; i < 10; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(2));
            await zombie.SettleAsync();
        }

        Assert.True((await counter.SaveAsync()).IsSaved);
        await live.CloseAsync();
        await using var reloaded = await server.OpenAsync(_browser);
        Assert.Equal(2, (await reloaded.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task AutoStash_ValuesMadeInOnInitialized_AreNoTouchThatOverwritesWhatTheEngineStillHas()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<AutoCounter>()).SetAsync(7);
        }

        _server.Engine.ForgetCalls();
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>(null, (nameof(Counter.Initialize), (Action<Counter>)(counter => counter.Count = 100)));
        await circuit.SettleAsync();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => counter.Status == StashStatus.Recovered, "the late recovery");

        Assert.Equal(7, counter.Count);
        Assert.Empty(_server.Engine.Writes);
    }

    [Fact]
    public async Task StashAsync_EngineUnavailable_IsRetriedWithBackoffUntilSavedAndSaysSo()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await counter.SetAsync(1);
        _server.Engine.IsUnavailable = true;

        var result = await counter.SetAsync(2);
        Assert.True(result.IsRetrying);
        Assert.False(result.IsSaved);
        counter.Count = 3; // the retry takes what is there then

        var attempts = new List<int>();
        for (var second = 0; second < 40; second++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            await circuit.SettleAsync();
            attempts.Add(_server.Engine.Writes.Count);
        }

        // Half to all of 250 ms, 500 ms, 1, 2, 4 and then 5 s: after 40 s at least 9 and at most 25 attempts.
        Assert.InRange(attempts[^1], 9, 25);
        Assert.Single(_server.Logs.WithId(1203));

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        Assert.Equal("3", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<AutoCounter>("Count")]);

        _server.Engine.ForgetCalls();
        _server.Time.Advance(TimeSpan.FromSeconds(30));
        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StashAsync_EngineUnavailableAndTheComponentLeaves_TheNextOfItsNameHasTheValueAndItIsSaved(bool inOneBatch)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        await counter.SetAsync(1);
        _server.Engine.IsUnavailable = true;
        Assert.True((await counter.SetAsync(2)).IsRetrying);

        TabCounter next;
        if (inOneBatch)
        {
            next = await circuit.ReplaceAsync<TabCounter>(counter);
        }
        else
        {
            await circuit.RemoveAsync(counter);
            next = await circuit.AddAsync<TabCounter>();
        }

        Assert.Equal((StashStatus.Recovered, 2), (next.Status, next.InOnInitialized));
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        Assert.Equal("2", (await ContentAsync())[Counter.Entry<TabCounter>("Count", scope: StashScope.Tab)]);

        // And from then on the next one decides.
        Assert.True((await next.SetAsync(3)).IsSaved);
        _server.Engine.ForgetCalls();
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task ResetAsync_EngineUnavailable_IsRetriedAndNothingComesBack()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var a = await circuit.AddAsync<Counter>("a");
        var b = await circuit.AddAsync<Counter>("b");
        await a.SetAsync(1);
        await b.SetAsync(2);
        _server.Engine.IsUnavailable = true;
        Assert.True((await a.ResetAsync()).IsRetrying);

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");

        Assert.Equal([Counter.Entry<Counter>("Count", "b")], (await ContentAsync()).Keys);
    }

    [Fact]
    public async Task StashAsync_ValueOfTheComponentBeforeIsLeftAndComesBack_IsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var before = await circuit.AddAsync<TabCounter>();
        _server.Engine.IsUnavailable = true;
        await before.SetAsync(4);
        var counter = await circuit.ReplaceAsync<TabCounter>(before);
        Assert.True((await counter.SetAsync(0)).IsRetrying);
        _server.Engine.IsUnavailable = false;

        Assert.True((await counter.SetAsync(4)).IsSaved);
        Assert.Equal("4", (await ContentAsync())[Counter.Entry<TabCounter>("Count", scope: StashScope.Tab)]);
    }

    [Fact]
    public async Task ResetAsync_EngineUnavailableThenAChangeThatIsTakenBack_TheResetIsStillDone()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        await counter.SetAsync(4);
        counter.Count = 0;
        _server.Engine.IsUnavailable = true;
        Assert.True((await counter.ResetAsync()).IsRetrying);
        Assert.True((await counter.SetAsync(6)).IsRetrying);
        Assert.True((await counter.SetAsync(0)).IsRetrying);

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        Assert.DoesNotContain("4", (await ContentAsync()).Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResetAsync_BeforeTheEngineCouldBeOpened_TheLaterAnswerDoesNotBringTheValuesBack(bool wholeTab)
    {
        await SaveAsync(("a", 1), ("b", 2));
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var a = await circuit.AddAsync<TabCounter>("a");
        var b = await circuit.AddAsync<TabCounter>("b");
        var result = await circuit.DoAsync(() => wholeTab ? circuit.Stash.ResetAsync() : a.ResetAsync());
        Assert.True(result.IsRetrying);

        _server.Engine.IsUnavailable = false;
        for (var i = 0; i < 3; i++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(6));
            await circuit.SettleAsync();
        }

        Assert.Equal((0, wholeTab ? 0 : 2), (a.Count, b.Count));
        await circuit.CloseAsync();
        await using var reloaded = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await reloaded.AddAsync<TabCounter>("a")).Count);
        Assert.Equal(wholeTab ? 0 : 2, (await reloaded.AddAsync<TabCounter>("b")).Count);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableAndTheUserEntersWhatIsSavedAlready_LaterChangesAreSavedByThemselves()
    {
        await SaveAsync(("a", 1));
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>("a");
        var automatic = await circuit.AddAsync<AutoTabCounter>("b");
        Assert.True((await counter.SetAsync(1)).IsRetrying);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        _server.Engine.ForgetCalls();

        await circuit.DoAsync(() => automatic.Show(2));
        await circuit.SettleAsync();

        Assert.Single(_server.Engine.Writes);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableAndTheComponentThrowsAtTheLateAnswer_WhatTheUserCouldNotSeeIsNotOverwritten()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            Assert.True((await (await before.AddAsync<Throwing>()).SetAsync(1)).IsSaved);
        }

        var stash = _server.Engine.Calls[^1].Id;
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Throwing>();
        Assert.True((await counter.SetAsync(10)).IsRetrying);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.SettleAsync();
        Assert.True((await counter.SetAsync(11)).IsSaved);

        Assert.Equal("1", (await _server.Engine.ContentAsync(stash))![Counter.Entry<Throwing>("Count", scope: StashScope.Tab)]);
    }

    internal class Throwing : TabCounter
    {
        protected override void OnStashRecovered() => throw new InvalidOperationException("The app's.");
    }
}
