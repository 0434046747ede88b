using LiveStash.Browser;
using LiveStash.Declaring;
using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>After a loss the user opens another page first: what was lost waits for its own.</summary>
public sealed class OwedTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Attach_LossThenAnotherPageThenBackByALoadedPage_Recovered()
    {
        await SaveAsync(("order", 7), ("menu", 1));
        _browser.Lost = true;
        await using (var login = await _server.OpenAsync(_browser))
        {
            Assert.Equal(1, (await login.AddAsync<Counter>("menu")).Count);
            await login.SettleAsync();
        }

        Assert.False(_browser.Lost);
        await using var back = await _server.OpenAsync(_browser);
        var order = await back.AddAsync<Counter>("order");
        Assert.Equal((StashStatus.Recovered, 7), (order.Status, order.InOnInitialized));

        // What another page has taken is the user's to give up by a reload.
        Assert.Equal((StashStatus.New, 0), ((await back.AddAsync<Counter>("menu")).Status, 0));
    }

    [Fact]
    public async Task Attach_LossThenBackThenReloadedByTheUser_StartsAnew()
    {
        await SaveAsync(("order", 7));
        _browser.Lost = true;
        await using (var back = await _server.OpenAsync(_browser))
        {
            Assert.Equal(7, (await back.AddAsync<Counter>("order")).Count);
            await back.AcknowledgeAsync();
            await back.SettleAsync();
        }

        Assert.Null(_browser.Owed);
        await using var reloaded = await _server.OpenAsync(_browser);
        Assert.Equal((StashStatus.New, 0), ((await reloaded.AddAsync<Counter>("order")).Status, 0));
    }

    [Fact]
    public async Task StartAsync_CircuitThatEndsBeforeItHasOpened_TheLossStillCounts()
    {
        await SaveAsync(("order", 7));
        _browser.Lost = true;
        _server.Engine.IsUnavailable = true;
        var circuit = await _server.OpenAsync(_browser);
        await circuit.CloseAsync();

        _server.Engine.IsUnavailable = false;
        await using var back = await _server.OpenAsync(_browser);
        Assert.Equal(7, (await back.AddAsync<Counter>("order")).Count);
    }

    [Fact]
    public async Task OpenLate_WhatThePageHasTakenOrTheUserHasTouched_IsOwedNoMore()
    {
        await SaveAsync(("taken", 1), ("touched", 2), ("absent", 3));
        _browser.Lost = true;
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.AddAsync<Counter>("taken");
        var touched = await circuit.AddAsync<Counter>("touched");
        Assert.True((await touched.SetAsync(9)).IsRetrying);

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal(OwedSlots.Format([StashNames.Slot(StashPlan.For(typeof(Counter)), "absent")]), _browser.Owed);
    }

    [Fact]
    public async Task StartAsync_CopyOfADuplicatedTabThatCannotBeRead_IsACopyOnce()
    {
        await SaveAsync(("order", 7));
        var copy = _browser.Duplicate();
        _server.Engine.IsUnavailable = true;
        await using (var circuit = await _server.OpenAsync(copy))
        {
            _server.Engine.IsUnavailable = false;
            Assert.True((await (await circuit.AddAsync<Counter>("order")).SetAsync(8)).IsSaved);
        }

        Assert.False(copy.IsDuplicate);
        copy.Lost = true;
        await using var back = await _server.OpenAsync(copy);
        Assert.Equal(8, (await back.AddAsync<Counter>("order")).Count);
    }

    [Fact]
    public async Task Attach_ManySlotsOwed_EachComesBackOnce()
    {
        (string Key, int Count)[] all = [.. Enumerable.Range(1, 100).Select(static number => ($"line {number}", number))];
        await SaveAsync(all);
        _browser.Lost = true;
        await using (var other = await _server.OpenAsync(_browser))
        {
            Assert.Equal("*", _browser.Owed);
        }

        await using var back = await _server.OpenAsync(_browser);
        foreach (var (key, count) in all)
        {
            Assert.Equal(count, (await back.AddAsync<Counter>(key)).Count);
        }

        await back.AcknowledgeAsync();
        await back.SettleAsync();
        Assert.Null(_browser.Owed);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("*", true)]
    [InlineData("no hash,,,", false)]
    public void Contains_WhateverTheBrowserSays_OnlyWhatItKept(string? text, bool expected) => Assert.Equal(expected, new OwedSlots(text).Contains("Shop.Order"));

    [Fact]
    public void Contains_MoreThanEverKept_All() => Assert.True(new OwedSlots(new string(',', 10_000)).Contains("Shop.Order"));

    [Fact]
    public void Contains_WhatFormatGave_ThoseSlots()
    {
        var owed = new OwedSlots(OwedSlots.Format(["Shop.Order", "Shop.Order#2"]));
        Assert.Equal((true, true, false), (owed.Contains("Shop.Order"), owed.Contains("Shop.Order#2"), owed.Contains("Shop.Order#3")));
    }

    private async Task SaveAsync(params (string Key, int Count)[] counters)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        foreach (var (key, count) in counters)
        {
            Assert.True((await (await circuit.AddAsync<Counter>(key)).SetAsync(count)).IsSaved);
        }
    }
}
