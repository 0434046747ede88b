using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>What a new circuit puts back, when, and by which scope.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task StartAsync_NoTag_NewAndNoEngineCallBeforeTheFirstSave()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await circuit.SettleAsync();
        Assert.Equal((StashStatus.New, 0, 0), (counter.Status, counter.InOnInitialized, counter.Recoveries));
        Assert.Empty(_server.Engine.Calls);

        Assert.True((await counter.SetAsync(1)).IsSaved);
        Assert.Equal([StashEngineMethod.Write], _server.Engine.Calls.Select(call => call.Method));
    }

    [Fact]
    public async Task Attach_AfterALoss_PageChildAndLaterComponentHoldTheValuesBeforeOnInitialized()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var page = await before.AddAsync<Counter>("page");
            var child = await before.AddAsync<Counter>("child");
            var later = await before.AddAsync<Counter>("later");
            await page.SetAsync(1);
            await child.SetAsync(2);
            await later.SetAsync(3);
        }

        _server.Engine.ForgetCalls();
        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Counter? nested = null;
        var root = await circuit.AddAsync<Counter>("page", (nameof(Counter.ChildContent), (Microsoft.AspNetCore.Components.RenderFragment)(builder =>
        {
            builder.OpenComponent<Counter>(0);
            builder.AddComponentParameter(1, nameof(Counter.StashKey), "child");
            builder.AddComponentReferenceCapture(2, instance => nested = (Counter)instance);
            builder.CloseComponent();
        })));
        AssertRecovered(root, 1);
        AssertRecovered(nested!, 2);

        await circuit.SettleAsync();
        AssertRecovered(await circuit.AddAsync<Counter>("later"), 3);

        // One open, whatever the number of components.
        await circuit.SettleAsync();
        Assert.Equal([StashEngineMethod.Open], _server.Engine.Calls.Select(call => call.Method));
    }

    [Fact]
    public async Task Attach_ReconnectScopeWithoutALoss_InitialValuesAndTheGivenUpEntriesLeave()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<Counter>("a")).SetAsync(1);
            await (await before.AddAsync<Counter>("b")).SetAsync(2);
        }

        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>("a");
        Assert.Equal((StashStatus.New, 0), (counter.Status, counter.InOnInitialized));

        await counter.SetAsync(5);

        Assert.Equal([Counter.Entry<Counter>("Count", "a")], (await ContentAsync()).Keys);
    }

    [Fact]
    public async Task Attach_ReconnectScopeAfterALoss_OncePerSlot()
    {
        await SaveAsync<Counter>(7);

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var first = await circuit.AddAsync<Counter>();
        AssertRecovered(first, 7);
        await circuit.RemoveAsync(first);

        // The user has gone to another page and come back: that is no loss.
        var second = await circuit.AddAsync<Counter>();
        Assert.Equal((StashStatus.New, 0), (second.Status, second.InOnInitialized));
    }

    [Fact]
    public async Task Attach_TabScope_RecoveredOnEachMountWithoutALoss()
    {
        await SaveAsync<TabCounter>(7);

        await using var circuit = await _server.OpenAsync(_browser);
        var first = await circuit.AddAsync<TabCounter>();
        AssertRecovered(first, 7);
        await first.SetAsync(8);
        await circuit.RemoveAsync(first);

        AssertRecovered(await circuit.AddAsync<TabCounter>(), 8);
    }

    [Fact]
    public async Task Attach_NothingSavedForTheComponent_NotFoundAfterALossAndNewWithout()
    {
        await SaveAsync<Counter>(7);

        await using (var reloaded = await _server.OpenAsync(_browser))
        {
            Assert.Equal(StashStatus.New, (await reloaded.AddAsync<Counter>("other")).Status);
            Assert.Equal(StashStatus.New, (await reloaded.AddAsync<TabCounter>("other")).Status);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(StashStatus.NotFound, (await circuit.AddAsync<Counter>("other")).Status);
    }

    [Fact]
    public async Task Attach_ExpiredStash_NotFound()
    {
        await SaveAsync<TabCounter>(7);
        _server.Time.Advance(LiveStashOptions.DefaultTimeToLive);

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();

        Assert.Equal((StashStatus.NotFound, 0), (counter.Status, counter.Count));
        Assert.True((await counter.SetAsync(1)).IsSaved);
    }

    [Fact]
    public async Task Attach_MixedScopesWithoutALoss_TheTabPropertyComesAndTheReconnectPropertyIsGivenUpForGood()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var mixed = await before.AddAsync<Mixed>();
            (mixed.Step, mixed.Draft) = (3, "words");
            await mixed.SaveAsync();
        }

        await using (var reloaded = await _server.OpenAsync(_browser))
        {
            var mixed = await reloaded.AddAsync<Mixed>();
            Assert.Equal((StashStatus.Recovered, 3, ""), (mixed.Status, mixed.Step, mixed.Draft));
            await (await reloaded.AddAsync<Counter>()).SetAsync(1);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Mixed>();
        Assert.Equal((3, ""), (after.Step, after.Draft));
    }

    [Fact]
    public async Task Detach_OfAReconnectComponent_ItsEntriesLeaveAtOnce()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var stays = await circuit.AddAsync<Counter>("stays");
        var goes = await circuit.AddAsync<Counter>("goes");
        var tab = await circuit.AddAsync<TabCounter>();
        await stays.SetAsync(1);
        await goes.SetAsync(2);
        await tab.SetAsync(3);
        await circuit.RemoveAsync(goes);
        await circuit.RemoveAsync(tab);
        await circuit.SettleAsync();

        Assert.Equal(4, _server.Engine.Writes.Count);
        Assert.Equal([Counter.Entry<Counter>("Count", "goes")], _server.Engine.Writes[^1].Removed);
        Assert.Equal("3", (await ContentAsync())[Counter.Entry<TabCounter>("Count", scope: StashScope.Tab)]);
    }

    [Fact]
    public async Task Detach_InTheBatchThatSavesTheComponent_ItsEntriesAreNotWritten()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var stays = await circuit.AddAsync<Counter>("stays");
        var goes = await circuit.AddAsync<Counter>("goes");
        await circuit.DoAsync(() =>
        {
            _ = goes.SetAsync(2);
            _ = stays.SetAsync(1);
        });
        await circuit.RemoveAsync(goes);
        await circuit.SettleAsync();
        await stays.SetAsync(2);

        Assert.Equal([Counter.Entry<Counter>("Count", "stays")], (await ContentAsync()).Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Detach_WhileAWriteIsUnderWay_ItsEntriesLeaveWithTheNextWrite(bool ofItsOwn)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var stays = await circuit.AddAsync<Counter>("stays");
        var goes = await circuit.AddAsync<Counter>("goes");
        await goes.SetAsync(2);
        var gate = _server.Engine.Gate = new();
        var saving = await circuit.DoAsync(() => Task.FromResult((ofItsOwn ? goes : stays).SetAsync(1)));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 2, "the write");
        await circuit.RemoveAsync(goes);
        gate.SetResult();
        await saving;
        await stays.SetAsync(2);

        Assert.Equal([Counter.Entry<Counter>("Count", "stays")], (await ContentAsync()).Keys);
    }

    [Fact]
    public async Task Detach_ReplacedByOneWithItsName_TheOldValuesDoNotReachTheNewOneAfterALoss()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var old = await before.AddAsync<Counter>();
            await old.SetAsync(7);
            Assert.Equal(0, (await before.ReplaceAsync<Counter>(old)).Count);
            await (await before.AddAsync<Counter>("beside")).SetAsync(1);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await circuit.AddAsync<Counter>()).Count);
    }

    [Fact]
    public async Task Detach_AtTheEndOfTheCircuit_NothingIsWrittenAndTheEntriesStay()
    {
        var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(7);
        await circuit.CloseAsync();

        Assert.True(counter.IsDisposed);
        Assert.Single(_server.Engine.Writes);
        Assert.Equal("7", (await ContentAsync())[Counter.Entry<Counter>("Count")]);
    }

    [Fact]
    public async Task Close_WithASaveUnderWay_TheSaveIsDone()
    {
        var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await circuit.DoAsync(() =>
        {
            _ = counter.SetAsync(7);
            _ = circuit.Session.CloseAsync();
        });
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 1, "the write");

        Assert.Equal("7", (await ContentAsync())[Counter.Entry<Counter>("Count")]);
        await circuit.CloseAsync();
    }

    private static void AssertRecovered(Counter counter, int count) => Assert.Equal(
        (StashStatus.Recovered, count, count, count, 1),
        (counter.Status, counter.Count, counter.InOnInitialized, counter.InFirstRender, counter.Recoveries));

    private async Task SaveAsync<T>(int count)
        where T : Counter
    {
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.True((await (await circuit.AddAsync<T>()).SetAsync(count)).IsSaved);
    }

    private async Task<Dictionary<string, string>> ContentAsync() =>
        await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id) ?? throw new InvalidOperationException("There is no such stash.");

    private class Mixed : StashComponentBase
    {
        [Stash(Scope = StashScope.Tab)]
        public int Step { get; set; }

        [Stash]
        public string Draft { get; set; } = "";

        public StashStatus Status => StashStatus;

        public Task<StashSaveResult> SaveAsync() => StashAsync();
    }
}
