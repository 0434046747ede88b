using LiveStash.Testing;
using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>The engine answers after the page has started without it.</summary>
public sealed class LateAnswerTests : OutageTest
{
    [Fact]
    public async Task StartAsync_EngineUnavailable_ErrorThenALaterAnswerRecoversUntouchedComponentsOnly()
    {
        await SaveAsync(("touched", 1), ("untouched", 2), ("absent", 3));
        var stash = _server.Engine.Calls[^1].Id;
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var touched = await circuit.AddAsync<TabCounter>("touched");
        var untouched = await circuit.AddAsync<TabCounter>("untouched", (nameof(Counter.Initialize), (Action<Counter>)(counter => counter.Note = "made")));
        Assert.Equal((StashStatus.Error, StashStatus.Error), (touched.Status, untouched.Status));
        Assert.Equal(StashOutcome.Unavailable, (await touched.SetAsync(10)).Outcome);
        Assert.Single(_server.Engine.Writes);

        var renders = untouched.Renders;
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");

        Assert.Equal((StashStatus.Recovered, 2, 1, "made"), (untouched.Status, untouched.Count, untouched.Recoveries, untouched.Note));
        Assert.True(untouched.Renders > renders);
        // What was entered stays on the screen and is saved; what it could have overwritten is at hand, and stays saved.
        Assert.Equal((10, 1), (touched.Count, touched.Recoveries));
        Assert.True(circuit.Stash.For(touched).TryGetSaved<int>("Count", out var before));
        Assert.Equal(1, before);
        var content = await ContentAsync();
        Assert.Equal(["10", "2", "3"], new[] { "touched", "untouched", "absent" }.Select(key => content[Entry(key)]));
        Assert.Equal("1", (await _server.Engine.ContentAsync(stash))![Entry("touched")]);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableAndAChangeIsTakenBack_ALaterAnswerDoesNotOverwriteIt()
    {
        await SaveAsync(("a", 1));
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>("a");
        Assert.True((await counter.SetAsync(2)).IsRetrying);
        Assert.True((await counter.SetAsync(0)).IsRetrying);
        _server.Engine.IsUnavailable = false;

        Assert.True((await counter.SaveAsync()).IsSaved);

        Assert.Equal(0, counter.Count);
        Assert.Equal("0", (await ContentAsync())[Counter.Entry<TabCounter>("Count", "a", StashScope.Tab)]);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableAndNothingIsTouched_TheRetryAloneRecovers()
    {
        await SaveAsync(("a", 1));
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>("a");
        for (var i = 0; i < 3; i++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(6));
            await circuit.SettleAsync();
        }

        Assert.Equal(StashStatus.Error, counter.Status);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => counter.Count == 1, "the late recovery");
        Assert.Equal((StashStatus.Recovered, 1), (counter.Status, counter.Recoveries));
        Assert.Empty(_server.Engine.Writes.Skip(1));
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableThenEmpty_NotFoundOnTheScreenAndWhatThePageHasIsSaved()
    {
        await SaveAsync(("a", 1), ("b", 2));
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var (counter, untouched) = (await circuit.AddAsync<TabCounter>("a"), await circuit.AddAsync<TabCounter>("b"));
        await counter.SetAsync(5);
        Assert.Equal((StashStatus.Error, StashStatus.Error), (counter.Status, untouched.Status));
        var renders = (Touched: counter.Renders, Untouched: untouched.Renders);
        _server.Engine.LoseEverything();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");

        Assert.Equal((StashStatus.NotFound, StashStatus.NotFound), (counter.Status, untouched.Status));
        Assert.Equal((1, 1), (counter.Renders - renders.Touched, untouched.Renders - renders.Untouched));
        Assert.Equal((0, 0), (counter.Recoveries, untouched.Recoveries));
        Assert.Equal("5", (await ContentAsync())[Entry("a")]);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableForADuplicatedTab_ThePageIsHeldAndShowsWhatTheOtherHas()
    {
        await using var server = new TestServer(options: static options => options.RecoveryPatience = LiveStashOptions.DefaultRecoveryPatience);
        await using var original = await server.OpenAsync(_browser);
        await (await original.AddAsync<TabCounter>()).SetAsync(7);
        var copy = _browser.Duplicate();
        server.Engine.FailuresLeft = 1;
        var circuit = server.Create(copy);
        var starting = circuit.StartAsync();
        await Wait.UntilAsync(() => circuit.Page.Calls.Contains("LiveStash.hold"), "the hold");
        Assert.False(starting.IsCompleted);
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await starting.WaitAsync(Wait.Limit);

        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.Recovered, 7), (counter.Status, counter.InOnInitialized));
        Assert.True((await counter.SetAsync(8)).IsSaved);
        await circuit.CloseAsync();
        Assert.NotEqual(copy.Tag(), _browser.Tag());
        Assert.True((await (await original.AddAsync<TabCounter>("other")).SetAsync(1)).IsSaved);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableForADuplicatedTab_ALaterAnswerRecoversTheCopy()
    {
        await using var original = await _server.OpenAsync(_browser);
        await (await original.AddAsync<TabCounter>()).SetAsync(7);
        var copy = _browser.Duplicate();
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(copy);
        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal(StashStatus.Error, counter.Status);

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => counter.Status == StashStatus.Recovered, "the late recovery");
        Assert.Equal((7, 1), (counter.Count, counter.Recoveries));
        await circuit.UntilAsync(() => circuit.Saves is [.., { IsSaved: true }], "the copy");
        Assert.NotEqual(copy.Tag(), _browser.Tag());
        Assert.False(copy.IsDuplicate);
    }

    [Fact]
    public async Task StartAsync_SomebodyEntersSomethingWhileTheBrowserIsAskedForALaterAnswer_NothingIsOverwritten()
    {
        await SaveAsync(("entered", 1), ("other", 2));
        var stash = _server.Engine.Calls[^1].Id;
        var (circuit, entered, other, answer) = await AskTheBrowserAsync();
        await using var _ = circuit;
        var saving = circuit.DoAsync(() => entered.SetAsync(10));
        answer.SetResult();
        Assert.True((await saving).IsSaved);

        Assert.Equal((10, 2), (entered.Count, other.Count));
        Assert.True(circuit.Stash.For(entered).TryGetSaved<int>("Count", out var before));
        Assert.Equal(1, before);
        Assert.Equal(("10", "2"), ((await ContentAsync())[Entry("entered")], (await ContentAsync())[Entry("other")]));
        Assert.Equal("1", (await _server.Engine.ContentAsync(stash))![Entry("entered")]);
    }

    [Fact]
    public async Task StartAsync_AComponentIsMadeWhileTheBrowserIsAskedForALaterAnswer_WhatItMakesOfItsValueStays()
    {
        await SaveAsync(("made", 1), ("entered", 1), ("other", 2));
        var (circuit, _, other, answer) = await AskTheBrowserAsync();
        await using var closing = circuit;

        var made = await circuit.AddAsync<TabCounter>("made");
        Assert.Equal((StashStatus.Recovered, 1), (made.Status, made.InOnInitialized));
        await circuit.DoAsync(() => Task.FromResult(made.Count = 5));
        answer.SetResult();
        await circuit.UntilAsync(() => other.Count == 2, "the late answer");

        Assert.Equal((5, 1), (made.Count, made.Recoveries));
    }

    [Fact]
    public async Task StartAsync_TheBrowserDoesNotAnswer_ALaterAnswerOfTheEngineIsGivenAllTheSame()
    {
        await SaveAsync(("entered", 1), ("other", 2));
        var (circuit, _, other, _) = await AskTheBrowserAsync();
        await using var closing = circuit;

        _server.Time.Advance(new LiveStashOptions().EngineTimeout);

        await circuit.UntilAsync(() => other.Count == 2, "the late answer");
    }

    /// <summary>What it has entered meanwhile, and who it is by then, is known with the answer over the next connection alone.</summary>
    [Fact]
    public async Task StartAsync_TheConnectionIsLostWithTheQuestion_TheBrowserIsAskedOverTheNext()
    {
        await SaveAsync(("entered", 1), ("other", 2));
        var (circuit, _, other, answer) = await AskTheBrowserAsync();
        await using var closing = circuit;

        await circuit.DisconnectAsync();
        await circuit.ConnectAsync();
        await circuit.SettleAsync();
        Assert.Equal((0, 2), (other.Count, circuit.Page.Calls.Count(call => call == "LiveStash.askLate")));

        answer.SetResult();
        await circuit.UntilAsync(() => other.Count == 2, "the late answer");
    }

    /// <summary>A page that is not told keeps what the user is at from what the server renders next.</summary>
    [Fact]
    public async Task StartAsync_TheBrowserDoesNotHearThatItIsRendered_IsToldUntilItDoes()
    {
        await SaveAsync(("entered", 1), ("other", 2));
        var (circuit, _, other, answer) = await AskTheBrowserAsync();
        await using var closing = circuit;
        circuit.Page.HangingFunctions.Add("LiveStash.late");
        answer.SetResult();
        await circuit.UntilAsync(() => other.Count == 2, "the late answer");
        var told = Told();
        for (var i = 0; i < 5; i++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(30));
            await circuit.SettleAsync();
        }

        Assert.InRange(Told(), told + 2, told + 5);
        circuit.Page.HangingFunctions.Clear();
        _server.Time.Advance(TimeSpan.FromSeconds(30));
        await circuit.SettleAsync();
        _server.Time.Advance(TimeSpan.FromSeconds(30));
        await circuit.SettleAsync();
        told = Told();
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        await circuit.SettleAsync();
        Assert.Equal(told, Told());

        int Told() => circuit.Page.Calls.Count(call => call == "LiveStash.late");
    }

    /// <summary>A page that has started without its engine, which has answered now, and with two components that wait for their browser.</summary>
    private async Task<(TestCircuit Circuit, TabCounter Entered, TabCounter Other, TaskCompletionSource Answer)> AskTheBrowserAsync()
    {
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        TaskCompletionSource answer = new();
        var circuit = await _server.OpenAsync(_browser, page: page => page.Waits["LiveStash.askLate"] = answer.Task);
        var (entered, other) = (await circuit.AddAsync<TabCounter>("entered"), await circuit.AddAsync<TabCounter>("other"));
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Page.Calls.Contains("LiveStash.askLate"), "the question");
        return (circuit, entered, other, answer);
    }
}
