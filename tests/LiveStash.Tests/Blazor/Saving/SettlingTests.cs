using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Saving;

/// <summary>An engine that holds something else than it had acknowledged, other owners, and keeping alive.</summary>
public sealed class SettlingTests : IAsyncLifetime
{
    private static readonly TimeSpan Quarter = LiveStashOptions.DefaultTimeToLive / 4;

    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("write", true)]
    [InlineData("write", false)]
    [InlineData("touch", true)]
    [InlineData("touch", false)]
    public async Task AnyCall_EngineHasLostTheStash_IsHealedAsAWholeWhenTheBrowserConfirms(string call, bool confirms)
    {
        await using var circuit = await OpenAsync();
        var (a, id) = (circuit.Counter, _server.Engine.Calls[^1].Id);
        _server.Engine.LoseEverything();
        circuit.Page.IsLeaving = !confirms;

        await CallAsync(circuit, call);

        var content = await _server.Engine.ContentAsync(id);
        if (confirms)
        {
            Assert.Equal(call == "write" ? "5" : "1", content![Counter.Entry<Counter>("Count", "a")]);
            Assert.Equal("2", content[Counter.Entry<Counter>("Count", "b")]);
            Assert.True((await a.SetAsync(6)).IsSaved);
            Assert.False(_server.Engine.Writes[^1].Replace);
        }
        else
        {
            Assert.Null(content);
        }
    }

    [Theory]
    [InlineData("write", true)]
    [InlineData("write", false)]
    [InlineData("touch", true)]
    [InlineData("touch", false)]
    public async Task AnyCall_EngineWasRolledBack_IsHealedAsAWholeWhenTheBrowserConfirms(string call, bool confirms)
    {
        await using var circuit = await OpenAsync();
        var id = _server.Engine.Calls[^1].Id;
        var backup = await _server.Engine.PeekAsync(id);
        await circuit.Counter.SetAsync(3);
        await circuit.Counter.SetAsync(4);
        await _server.Engine.RollBackAsync(id, backup);
        circuit.Page.IsLeaving = !confirms;

        await CallAsync(circuit, call);

        var content = await _server.Engine.ContentAsync(id);
        Assert.Equal(!confirms ? "1" : call == "write" ? "5" : "4", content![Counter.Entry<Counter>("Count", "a")]);
        Assert.Equal("2", content[Counter.Entry<Counter>("Count", "b")]);
    }

    [Fact]
    public async Task StashAsync_SupersededWithALivePage_GoesOnUnderANewIdAndTag()
    {
        await using var circuit = await OpenAsync();
        var (id, tag) = (_server.Engine.Calls[^1].Id, _browser.Tag());
        var copy = _browser.Duplicate(isNoticed: false);
        copy.Lost = true;
        await using var other = await _server.OpenAsync(copy);

        Assert.True((await circuit.Counter.SetAsync(5)).IsSaved);

        var mine = _server.Engine.Calls[^1].Id;
        Assert.NotEqual(id, mine);
        Assert.NotEqual(tag, _browser.Tag());
        Assert.Equal("5", (await _server.Engine.ContentAsync(mine))![Counter.Entry<Counter>("Count", "a")]);
        Assert.Equal("2", (await _server.Engine.ContentAsync(mine))![Counter.Entry<Counter>("Count", "b")]);
        Assert.Equal("1", (await _server.Engine.ContentAsync(id))![Counter.Entry<Counter>("Count", "a")]);

        // The other one goes on under the old id.
        Assert.True((await (await other.AddAsync<Counter>("a")).SetAsync(9)).IsSaved);
        Assert.Equal(id, _server.Engine.Calls[^1].Id);
    }

    [Fact]
    public async Task StashAsync_SupersededAndThePageIsLostBeforeItsOwnStashIsSaved_WhatIsSavedIsRecovered()
    {
        await using var circuit = await OpenAsync();
        var id = _server.Engine.Calls[^1].Id;
        var copy = _browser.Duplicate(isNoticed: false);
        copy.Lost = true;
        await using var other = await _server.OpenAsync(copy);
        var refused = _server.Engine.Gate = new();
        var saving = circuit.Counter.SetAsync(5);
        await circuit.UntilAsync(() => _server.Engine.Writes[^1].BaseVersion > 0, "the write that is refused");
        var gate = _server.Engine.Gate = new();
        refused.SetResult();
        await circuit.UntilAsync(() => _server.Engine.Calls[^1].Id != id, "the write under an id of its own");
        _server.Engine.Gate = null;

        _browser.Lost = true;
        await using var next = await _server.OpenAsync(_browser);
        var counter = await next.AddAsync<Counter>("a");

        Assert.Equal((StashStatus.Recovered, 1), (counter.Status, counter.Count));
        gate.SetResult();
    }

    [Theory]
    [InlineData("leaving")]
    [InlineData("gone")]
    [InlineData("hanging")]
    public async Task StashAsync_SupersededWithoutBrowser_StaysSupersededAndWritesNothingAnyMore(string browser)
    {
        // The circuit that a reload left behind.
        await using var zombie = await OpenAsync();
        var id = _server.Engine.Calls[^1].Id;
        _browser.Lost = true;
        await using var reloaded = await _server.OpenAsync(_browser);
        (zombie.Page.IsLeaving, zombie.Page.IsGone, zombie.Page.Hangs) = (browser == "leaving", browser == "gone", browser == "hanging");
        var tag = _browser.Tag();

        var saving = zombie.Counter.SetAsync(5);
        if (browser == "hanging")
        {
            await zombie.UntilAsync(() => zombie.Page.Calls[^1] == "LiveStash.confirm", "the question");
            _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        }

        Assert.Equal((StashOutcome.Superseded, false), ((await saving).Outcome, (await saving).IsRetrying));
        _server.Engine.ForgetCalls();
        Assert.Equal(StashOutcome.Superseded, (await zombie.Counter.SetAsync(6)).Outcome);
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        await zombie.SettleAsync();
        Assert.Empty(_server.Engine.Calls);

        Assert.Equal(tag, _browser.Tag());
        Assert.Equal("1", (await _server.Engine.ContentAsync(id))![Counter.Entry<Counter>("Count", "a")]);
        Assert.Equal(1, (await reloaded.AddAsync<Counter>("a")).Count);
    }

    [Fact]
    public async Task ConnectionUp_AfterSupersededWhileThePageDidNotAnswer_ThePageSavesAgainUnderANewId()
    {
        await using var circuit = await OpenAsync();
        var id = _server.Engine.Calls[^1].Id;
        var copy = _browser.Duplicate(isNoticed: false);
        copy.Lost = true;
        await using var other = await _server.OpenAsync(copy);
        circuit.Page.Hangs = true;
        var saving = circuit.Counter.SetAsync(5);
        await circuit.UntilAsync(() => circuit.Page.Calls[^1] == "LiveStash.confirm", "the question");
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        Assert.Equal(StashOutcome.Superseded, (await saving).Outcome);

        // The connection was dead for a moment.
        await circuit.Circuit.DisconnectAsync();
        circuit.Page.Hangs = false;
        await circuit.Circuit.ConnectAsync();
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => !circuit.Circuit.Stash.HasUnsavedChanges, "the save");

        var mine = _server.Engine.Calls[^1].Id;
        Assert.NotEqual(id, mine);
        Assert.Equal("5", (await _server.Engine.ContentAsync(mine))![Counter.Entry<Counter>("Count", "a")]);
        Assert.True((await circuit.Counter.SetAsync(6)).IsSaved);
    }

    [Fact]
    public async Task StashAsync_SupersededAndThePageConnectsAgainBeforeItIsGivenUp_IsAskedOnceMoreAndSaved()
    {
        await using var circuit = await OpenAsync();
        var copy = _browser.Duplicate(isNoticed: false);
        copy.Lost = true;
        await using var other = await _server.OpenAsync(copy);
        circuit.Page.Hangs = true;
        var saving = circuit.Counter.SetAsync(5);
        await circuit.UntilAsync(() => circuit.Page.Calls[^1] == "LiveStash.confirm", "the question");
        await circuit.Circuit.DisconnectAsync();
        circuit.Page.Hangs = false;
        await circuit.Circuit.ConnectAsync();
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);

        Assert.True((await saving).IsSaved);
    }

    [Fact]
    public async Task StashAsync_FirstWriteWithoutAnAnswerAndTheCircuitIsLeftBehind_DoesNotBringBackWhatWasReset()
    {
        var zombie = await _server.OpenAsync(_browser);
        var stale = await zombie.AddAsync<TabCounter>();
        _server.Engine.LosesAnswers = true;
        Assert.True((await stale.SetAsync(3)).IsRetrying);
        zombie.Page.Hangs = true;
        _server.Engine.LosesAnswers = false;
        await using (var live = await _server.OpenAsync(_browser))
        {
            var counter = await live.AddAsync<TabCounter>();
            Assert.Equal(3, counter.Count);
            Assert.True((await counter.ResetAsync()).IsSaved);
        }

        for (var i = 0; i < 5; i++)
        {
            _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
            await zombie.SettleAsync();
        }

        await using var reloaded = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await reloaded.AddAsync<TabCounter>()).Count);
        await zombie.CloseAsync();
    }

    [Fact]
    public async Task OpenAsync_DuplicateThatTheBrowserNoticed_CopiesAndBothGoOn()
    {
        await using var original = await _server.OpenAsync(_browser);
        var mine = await original.AddAsync<TabCounter>();
        await mine.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;

        var copy = _browser.Duplicate();
        var duplicate = await _server.OpenAsync(copy);
        var its = await duplicate.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.Recovered, 1), (its.Status, its.InOnInitialized));
        await duplicate.UntilAsync(() => copy.Tag() != _browser.Tag() && _server.Engine.Writes.Count == 2, "the copy's own stash");
        var other = _server.Engine.Calls[^1].Id;

        Assert.True((await mine.SetAsync(10)).IsSaved);
        Assert.True((await its.SetAsync(20)).IsSaved);
        Assert.NotEqual(id, other);
        var entry = Counter.Entry<TabCounter>("Count", scope: StashScope.Tab);
        Assert.Equal(("10", "20"), ((await _server.Engine.ContentAsync(id))![entry], (await _server.Engine.ContentAsync(other))![entry]));

        await duplicate.CloseAsync();
        await using var reloaded = await _server.OpenAsync(copy);
        Assert.Equal(20, (await reloaded.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task OpenAsync_DuplicateWhoseCopyCouldNotBeWritten_WritesItLater()
    {
        await using (var original = await _server.OpenAsync(_browser))
        {
            await (await original.AddAsync<TabCounter>()).SetAsync(1);
        }

        var copy = _browser.Duplicate();
        var duplicate = _server.Create(copy);
        var gate = _server.Engine.Gate = new();
        var starting = duplicate.StartAsync();
        await Wait.UntilAsync(() => _server.Engine.Calls[^1].Method == StashEngineMethod.Open, "the open");
        _server.Engine.Gate = null;
        gate.SetResult();
        await starting;
        await duplicate.DoAsync(() => _server.Engine.IsUnavailable = true);
        await duplicate.AddAsync<TabCounter>();
        await duplicate.SettleAsync();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await duplicate.SettleAsync();
        await duplicate.CloseAsync();

        await using var reloaded = await _server.OpenAsync(copy);
        Assert.Equal(1, (await reloaded.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task KeepAlive_WhileConnected_TouchesEveryQuarterAndTheStashNeverExpires()
    {
        await using var circuit = await OpenAsync();
        var id = _server.Engine.Calls[^1].Id;
        _server.Engine.ForgetCalls();
        for (var quarter = 1; quarter <= 9; quarter++)
        {
            _server.Time.Advance(Quarter - TimeSpan.FromTicks(1));
            await circuit.SettleAsync();
            Assert.Equal(quarter - 1, _server.Engine.Calls.Count);
            _server.Time.Advance(TimeSpan.FromTicks(1));
            await circuit.SettleAsync();
            Assert.Equal(quarter, _server.Engine.Calls.Count);
        }

        Assert.All(_server.Engine.Calls, call => Assert.Equal((StashEngineMethod.Touch, id, StashOutcome.Ok), (call.Method, call.Id, call.Outcome)));
    }

    [Fact]
    public async Task KeepAlive_WhileDisconnected_TouchesNothing()
    {
        await using var circuit = await OpenAsync();
        _server.Engine.ForgetCalls();
        await circuit.DisconnectAsync();
        _server.Time.Advance(Quarter * 2);
        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);

        await circuit.ConnectAsync();
        await circuit.UntilAsync(() => _server.Engine.Calls.Count == 1, "the touch of now");
        _server.Time.Advance(Quarter);
        await circuit.UntilAsync(() => _server.Engine.Calls.Count == 2, "the touch");
    }

    [Fact]
    public async Task KeepAlive_NothingWasSaved_TouchesNothing()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.AddAsync<Counter>();
        _server.Time.Advance(Quarter * 8);
        await circuit.SettleAsync();

        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task KeepAlive_AfterTheCircuit_TouchesNothing()
    {
        var circuit = await OpenAsync();
        await circuit.CloseAsync();
        _server.Engine.ForgetCalls();
        _server.Time.Advance(Quarter * 2);
        await Task.Yield();

        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task KeepAlive_TimeToLiveOfYears_TheCircuitStartsOnTheSystemClock()
    {
        await using var server = new TestServer(
            options: options => options.TimeToLive = StashTerms.MaxTimeToLive,
            services: services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(services, TimeProvider.System));
        await using var circuit = await server.OpenAsync(_browser);

        Assert.Empty(server.Logs.AtLeast(LogLevel.Warning));
        Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(1)).IsSaved);
    }

    private static async Task CallAsync(Opened circuit, string call)
    {
        if (call == "write")
        {
            var result = await circuit.Counter.SetAsync(5);
            Assert.Equal(circuit.Page.IsLeaving, result.IsRetrying);
        }
        else
        {
            circuit.Server.Time.Advance(Quarter);
            await circuit.UntilAsync(() => circuit.Page.Calls[^1] == "LiveStash.confirm", "the touch");
        }
    }

    /// <summary>A circuit that has saved 1 and 2.</summary>
    private async Task<Opened> OpenAsync()
    {
        var circuit = await _server.OpenAsync(_browser);
        var a = await circuit.AddAsync<Counter>("a");
        var b = await circuit.AddAsync<Counter>("b");
        await a.SetAsync(1);
        await b.SetAsync(2);
        return new(_server, circuit, a);
    }

    private sealed record Opened(TestServer Server, TestCircuit Circuit, Counter Counter) : IAsyncDisposable
    {
        public FakePage Page => Circuit.Page;

        public Task SettleAsync() => Circuit.SettleAsync();

        public Task UntilAsync(Func<bool> condition, string what) => Circuit.UntilAsync(condition, what);

        public Task ConnectAsync() => Circuit.ConnectAsync();

        public Task DisconnectAsync() => Circuit.DisconnectAsync();

        public Task CloseAsync() => Circuit.CloseAsync();

        public ValueTask DisposeAsync() => Circuit.DisposeAsync();
    }
}
