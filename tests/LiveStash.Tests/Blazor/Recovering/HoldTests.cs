using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Blazor.Watching;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>Pages that come back while their engine cannot be asked, and pages that what they get back makes fail.</summary>
public sealed class HoldTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly TestServer _server = new(options: options => options.RecoveryPatience = Patience);
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task StartAsync_EngineIsOutForAMoment_ThePageIsHeldAndThenHasItsValues()
    {
        await SaveAsync(20);
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        var circuit = _server.Create(_browser);
        var starting = circuit.StartAsync();
        await AdvanceAsync(circuit, TimeSpan.FromSeconds(2));
        Assert.False(starting.IsCompleted);
        Assert.Contains("LiveStash.hold", circuit.Page.Calls);

        _server.Engine.IsUnavailable = false;
        await AdvanceAsync(circuit, TimeSpan.FromSeconds(5));
        await starting.WaitAsync(Wait.Limit);

        var counter = await circuit.AddAsync<AutoCounter>();
        Assert.Equal((StashStatus.Recovered, 20), (counter.Status, counter.InOnInitialized));
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task Click_WhileTheStatusIsError_TheAcknowledged20IsNotOverwrittenBy1()
    {
        var stash = await SaveAsync(20);
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        var circuit = _server.Create(_browser);
        var starting = circuit.StartAsync();
        await AdvanceAsync(circuit, Patience + TimeSpan.FromSeconds(6));
        await starting.WaitAsync(Wait.Limit);
        var counter = await circuit.AddAsync<AutoCounter>();
        Assert.Equal((StashStatus.Error, 0), (counter.Status, counter.Count));
        await circuit.DoAsync(() => counter.Show(1));

        _server.Engine.IsUnavailable = false;
        await AdvanceAsync(circuit, TimeSpan.FromSeconds(10));

        // What the user has entered stays, with what was saved at hand; what was not touched comes.
        Assert.Equal((1, "note"), (counter.Count, counter.Note));
        Assert.True(circuit.Stash.For(counter).TryGetSaved<int>("Count", out var saved));
        Assert.Equal(20, saved);
        Assert.Equal("20", (await _server.Engine.ContentAsync(stash))![Counter.Entry<AutoCounter>("Count")]);
        await circuit.CloseAsync();

        _browser.Lost = true;
        await using var after = await _server.OpenAsync(_browser);
        var again = await after.AddAsync<AutoCounter>();
        Assert.Equal((1, "note"), (again.Count, again.Note));
    }

    [Fact]
    public async Task StartAsync_NothingWasSaved_TheOutageHoldsNobody()
    {
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(StashStatus.New, (await circuit.AddAsync<AutoCounter>()).Status);
    }

    [Fact]
    public async Task Poison_TwoPagesFailedWithIt_TheThirdStartsWithoutItAndItIsKeptUntilAChange()
    {
        await SaveAsync(20);
        (_browser.Lost, _browser.Failures) = (true, 1);
        await using (var second = await _server.OpenAsync(_browser))
        {
            Assert.Equal(20, (await second.AddAsync<AutoCounter>()).Count);
        }

        (_browser.Lost, _browser.Failures) = (true, 2);
        await using (var third = await _server.OpenAsync(_browser))
        {
            var counter = await third.AddAsync<AutoCounter>();
            Assert.Equal((StashStatus.Error, 0, null), (counter.Status, counter.Count, counter.Note));
            Assert.Single(_server.Logs.WithId(1207));
        }

        (_browser.Lost, _browser.Failures) = (true, 0);
        await using (var kept = await _server.OpenAsync(_browser))
        {
            Assert.Equal(20, (await kept.AddAsync<AutoCounter>()).Count);
        }

        (_browser.Lost, _browser.Failures) = (true, 2);
        await using (var changing = await _server.OpenAsync(_browser))
        {
            var counter = await changing.AddAsync<AutoCounter>();
            await changing.DoAsync(() => counter.Show(1));
            await changing.SettleAsync();
        }

        (_browser.Lost, _browser.Failures) = (true, 0);
        await using var last = await _server.OpenAsync(_browser);
        var after = await last.AddAsync<AutoCounter>();
        Assert.Equal((1, null), (after.Count, after.Note));
    }

    private async Task<StashId> SaveAsync(int count)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => (counter.Count, counter.Note) = (count, "note"));
        await circuit.SettleAsync();
        return _server.Engine.Calls[^1].Id;
    }

    private async Task AdvanceAsync(TestCircuit circuit, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(250))
        {
            await circuit.SettleAsync();
            _server.Time.Advance(TimeSpan.FromMilliseconds(250));
        }

        await circuit.SettleAsync();
    }
}
