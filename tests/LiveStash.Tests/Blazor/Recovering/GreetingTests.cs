using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>A browser that takes its time to tell its tag.</summary>
public sealed class GreetingTests : IAsyncLifetime
{
    private readonly TestServer _server = new(options: static options => options.RecoveryPatience = LiveStashOptions.DefaultRecoveryPatience);
    private readonly FakeBrowser _browser = new();
    private readonly TaskCompletionSource _answer = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task StartAsync_GreetingSlowerThanTheEngineMayBe_RecoveredWithTheFirstValue()
    {
        await SaveAsync(7);
        var (circuit, starting) = StartSlowly();

        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout * 3);
        Assert.False(starting.IsCompleted);
        _answer.SetResult();
        await starting.WaitAsync(Wait.Limit);

        var counter = await circuit.AddAsync<Counter>();
        Assert.Equal((StashStatus.Recovered, 7), (counter.Status, counter.InOnInitialized));
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task StartAsync_GreetingAfterThePagesPatience_NoTagIsWrittenOverTheOldOneAndTheValueComesLate()
    {
        await SaveAsync(7);
        var tag = _browser.Tag();
        var (circuit, starting) = StartSlowly();
        _server.Time.Advance(LiveStashOptions.DefaultRecoveryPatience);
        await starting.WaitAsync(Wait.Limit);

        var counter = await circuit.AddAsync<Counter>();
        Assert.Equal((StashStatus.Error, 0), (counter.Status, counter.Count));
        Assert.DoesNotContain("LiveStash.setTag", circuit.Page.Calls);
        Assert.Equal((tag, true), (_browser.Tag(), _browser.Lost));

        _answer.SetResult();
        await AdvanceUntilAsync(circuit, () => counter.Count == 7);
        Assert.Equal(StashStatus.Recovered, counter.Status);
        Assert.Equal((tag, false), (_browser.Tag(), _browser.Lost));
        Assert.True((await counter.SetAsync(8)).IsSaved);
        Assert.Equal(LogLevel.Warning, Assert.Single(_server.Logs.WithId(1213)).Level);
        await circuit.CloseAsync();

        _browser.Lost = true;
        await using var again = await _server.OpenAsync(_browser);
        Assert.Equal(8, (await again.AddAsync<Counter>()).Count);
    }

    [Fact]
    public async Task StartAsync_GreetingAfterTheUserHasEnteredSomething_BothAreKept()
    {
        await SaveAsync(7);
        var (circuit, starting) = StartSlowly();
        _server.Time.Advance(LiveStashOptions.DefaultRecoveryPatience);
        await starting.WaitAsync(Wait.Limit);
        var counter = await circuit.AddAsync<Counter>();
        Assert.Equal(StashOutcome.Unavailable, (await circuit.DoAsync(() => counter.SetAsync(1))).Outcome);

        _answer.SetResult();
        await AdvanceUntilAsync(circuit, () => circuit.Saves.Any(static save => save.IsSaved));

        Assert.Equal(1, counter.Count);
        Assert.True(circuit.Stash.For(counter).TryGetSaved("Count", out int saved));
        Assert.Equal(7, saved);
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task StartAsync_GreetingLostWithAConnection_IsAskedForAgain()
    {
        await SaveAsync(7);
        var circuit = _server.Create(_browser, page: static page => page.HangingFunctions.Add("LiveStash.greet"));
        var starting = circuit.StartAsync();
        await Wait.UntilAsync(() => circuit.Page.Calls.Length == 1, "the greeting");

        circuit.Page.HangingFunctions.Clear();
        await AdvanceUntilAsync(circuit, () => starting.IsCompleted);

        Assert.Equal(7, (await circuit.AddAsync<Counter>()).Count);
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task StartAsync_ConnectionLostAndThereAgainBeforeTheGreeting_RecoveredAndSaved()
    {
        await SaveAsync(7);
        using var connection = new CancellationTokenSource();
        var circuit = _server.Create(_browser, page: static page => page.HangingFunctions.Add("LiveStash.greet"));
        var starting = circuit.StartAsync(connection.Token);
        await Wait.UntilAsync(() => circuit.Page.Calls.Length == 1, "the greeting");

        await circuit.DisconnectAsync();
        await connection.CancelAsync();
        circuit.Page.HangingFunctions.Clear();
        await circuit.ConnectAsync();
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await starting.WaitAsync(Wait.Limit);

        var counter = await circuit.AddAsync<Counter>();
        Assert.Equal((StashStatus.Recovered, 7), (counter.Status, counter.InOnInitialized));
        Assert.True((await counter.SetAsync(8)).IsSaved);
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task StartAsync_GreetingAndEngineBothSlow_ThePageWaitsItsPatienceOnce()
    {
        await SaveAsync(7);
        _server.Engine.IsUnavailable = true;
        var (circuit, starting) = StartSlowly();
        _server.Time.Advance(TimeSpan.FromSeconds(9));
        _answer.SetResult();
        await circuit.UntilAsync(() => circuit.Page.Calls.Contains("LiveStash.hold"), "the hold");
        for (var seconds = 9; seconds < 27; seconds++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            await circuit.SettleAsync();
        }

        Assert.True(starting.IsCompleted);
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task CloseAsync_BeforeItHasOpened_NothingIsLeft()
    {
        await SaveAsync(7);
        var (circuit, starting) = StartSlowly();
        await Wait.UntilAsync(() => circuit.Page.Calls.Length == 1, "the greeting");
        var calls = _server.Engine.Calls.Count;

        await circuit.CloseAsync();
        await starting.WaitAsync(Wait.Limit);

        Assert.Equal(0, _server.Services.GetRequiredService<CircuitCount>().Open);
        Assert.Empty(_server.Logs.AtLeast(LogLevel.Warning));
        _server.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(calls, _server.Engine.Calls.Count);
    }

    [Fact]
    public async Task StartAsync_TheBrowserIsNotThereToHearThatItHasStarted_ItIsToldUntilItIs()
    {
        await SaveAsync(7);
        await using var circuit = await _server.OpenAsync(_browser, page: static page => page.HangingFunctions.Add("LiveStash.started"));
        Assert.True(_browser.Lost);

        circuit.Page.HangingFunctions.Clear();
        await AdvanceUntilAsync(circuit, () => !_browser.Lost);
    }

    /// <summary>Without its tag a page keeps nothing of what is half typed.</summary>
    [Fact]
    public async Task StartAsync_TheBrowserHearsLateThatItHasStarted_ItStillKnowsTheTagThatCameMeanwhile()
    {
        await using var circuit = await _server.OpenAsync(_browser, page: static page => page.HangingFunctions.Add("LiveStash.started"));
        await circuit.AddAsync<Counter>();
        await circuit.UntilAsync(() => _browser.Own is not null, "the tag");
        var tag = _browser.Own;
        _browser.IsDuplicate = true; // until it hears

        circuit.Page.HangingFunctions.Clear();
        await AdvanceUntilAsync(circuit, () => !_browser.IsDuplicate);

        Assert.Equal(tag, _browser.Own);
    }

    /// <summary>What is typed is of the tag that the page knew: of one that it does not know it would be another user's.</summary>
    [Fact]
    public async Task StartAsync_TheBrowserHearsLateThatItHasStartedAndHasNotGotItsNextTag_ItHearsOfThatOneFirst()
    {
        await SaveAsync(7);
        await using var circuit = await _server.OpenAsync(_browser, page: static page => page.HangingFunctions.Add("LiveStash.started"));
        var counter = await circuit.AddAsync<Counter>();
        circuit.Page.HangingFunctions.Add("LiveStash.setTag");
        await counter.ResetAsync();
        await circuit.SettleAsync();
        Assert.Contains("LiveStash.setTag", circuit.Page.Calls);

        circuit.Page.HangingFunctions.Clear();
        var before = circuit.Page.Calls.Length;
        await AdvanceUntilAsync(circuit, () => !_browser.Lost);
        Assert.Equal(["LiveStash.setTag", "LiveStash.started"], circuit.Page.Calls[before..].Where(static call => call is "LiveStash.setTag" or "LiveStash.started"));
        Assert.Contains(_browser.Own, _browser.Tags());
    }

    [Theory]
    [InlineData("LiveStash.greet")]
    [InlineData("LiveStash.started")]
    public async Task StartAsync_TheConnectionIsLostWhileItOpensAndBackAfterIt_TheBrowserIsAskedAndToldOverThatAtOnce(string function)
    {
        await SaveAsync(7);
        var circuit = _server.Create(_browser, page: page => page.HangingFunctions.Add(function));
        await using var closing = circuit;
        var gate = _server.Engine.Gate = new();
        var starting = circuit.StartAsync();
        await circuit.SettleAsync();
        await circuit.DisconnectAsync();
        _server.Engine.Gate = null;
        gate.SetResult();
        _server.Time.Advance(LiveStashOptions.DefaultRecoveryPatience);
        await starting;
        var calls = circuit.Page.Calls.Count(call => call == function);

        circuit.Page.HangingFunctions.Clear();
        await circuit.ConnectAsync();
        for (var seconds = 0; seconds < 4; seconds++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            await circuit.SettleAsync();
        }

        Assert.False(_browser.Lost);
        Assert.Equal(calls + 1, circuit.Page.Calls.Count(call => call == function));
    }

    /// <summary>Blazor says that the connection is there once more when the circuit has opened. That is the one of before.</summary>
    [Fact]
    public async Task StartAsync_TheConnectionIsLostAndBackWhileItOpens_TheBrowserIsToldOnce()
    {
        await SaveAsync(7);
        var gate = _server.Engine.Gate = new();
        TaskCompletionSource answer = new();
        var circuit = _server.Create(_browser, page: page => page.Waits["LiveStash.started"] = answer.Task);
        await using var closing = circuit;
        var starting = circuit.StartAsync();
        await circuit.SettleAsync();
        await circuit.DisconnectAsync();
        await circuit.ConnectAsync();
        _server.Engine.Gate = null;
        gate.SetResult();
        await starting;

        answer.SetResult();
        await AdvanceUntilAsync(circuit, () => !_browser.Lost);
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.SettleAsync();
        Assert.Single(circuit.Page.Calls, "LiveStash.started");
    }

    private async Task SaveAsync(int count)
    {
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(count)).IsSaved);
        }

        _browser.Lost = true;
    }

    private (TestCircuit Circuit, Task Starting) StartSlowly()
    {
        var circuit = _server.Create(_browser, page: page => page.Waits["LiveStash.greet"] = _answer.Task);
        return (circuit, circuit.StartAsync());
    }

    /// <summary>Some seconds, not as many as a stash lives.</summary>
    private async Task AdvanceUntilAsync(TestCircuit circuit, Func<bool> condition)
    {
        for (var seconds = 0; seconds < 60 && !condition(); seconds++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            await circuit.SettleAsync();
        }

        await circuit.UntilAsync(condition, "the late answer");
    }
}
