using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Blazor.Watching;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>IStash for a class that cannot inherit.</summary>
public sealed class InjectedStashTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Attach_AfterALoss_PutsTheValuesInAtOnce()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var component = await before.AddAsync<SlotKeyTests.Injected>();
            component.Count = 7;
            Assert.True((await before.DoAsync(component.SaveAsync)).IsSaved);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(7, (await circuit.AddAsync<SlotKeyTests.Injected>()).Count);
    }

    [Fact]
    public async Task Attach_WithSettings_TakesKeyScopeAndLateCallback()
    {
        var model = new Model();
        await using (var before = await _server.OpenAsync(_browser))
        {
            await before.DoAsync(() =>
            {
                var slot = before.Stash.Attach(model, new() { Key = "k", Scope = StashScope.Tab });
                model.Value = 5;
                return slot.StashAsync();
            });
        }

        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var again = new Model();
        var slot = await circuit.DoAsync(() => Task.FromResult(circuit.Stash.Attach(again, new() { Key = "k", Scope = StashScope.Tab })));
        Assert.Equal((StashStatus.Error, 0), (slot.Status, again.Recoveries));

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await circuit.UntilAsync(() => again.Recoveries == 1, "the late recovery");
        Assert.Equal((StashStatus.Recovered, 5), (slot.Status, again.Value));
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmless()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var model = new Model();
        await circuit.DoAsync(() =>
        {
            var slot = circuit.Stash.Attach(new Model());
            slot.Dispose();
            var next = circuit.Stash.Attach(model);
            model.Value = 1;
            slot.Dispose();
            GC.Collect();
            return next.StashAsync();
        });

        Assert.NotNull(await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id));
        GC.KeepAlive(model); // what nobody has any more is not kept
    }

    /// <summary>As in OnParametersSet, or by the next page, which shares a model with the one before.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attach_TheSameOwnerOnceMore_WhatIsSavedOfItStays(bool isFormerDisposed)
    {
        var model = new Model();
        var list = model.List;
        await using (var before = await _server.OpenAsync(_browser))
        {
            var slot = default(IStashSlot);
            await before.DoAsync(() => slot = before.Stash.Attach(model));
            await before.DoAsync(() => model.Value = 5);
            await before.SettleAsync();
            await before.DoAsync(() => _ = before.Stash.Attach(model));
            if (isFormerDisposed)
            {
                await before.DoAsync(slot!.Dispose);
            }

            await before.DoAsync(() => model.List.Add(6));
            await before.SettleAsync();
            Assert.Same(list, model.List);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var again = new Model();
        await circuit.DoAsync(() => _ = circuit.Stash.Attach(again));
        Assert.Equal((5, 6), (again.Value, again.List.Single()));
    }

    [Fact]
    public async Task Saved_AfterEachAttempt_TellsTheOutcome()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        _server.Engine.IsUnavailable = true;
        await counter.SetAsync(2);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await circuit.UntilAsync(() => circuit.Saves.Count == 3, "the retry");
        await counter.ResetAsync();

        Assert.Equal([StashOutcome.Ok, StashOutcome.Unavailable, StashOutcome.Ok, StashOutcome.Ok], circuit.Saves.Select(result => result.Outcome));
        Assert.Equal(2, circuit.Stash.AcknowledgedWrites);
    }

    /// <summary>As a handler does that has awaited something while the user has left its page.</summary>
    [Fact]
    public async Task StashAsync_OfAComponentThatHasGone_DoesNotSayThatItIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        await counter.SetAsync(1);
        await circuit.RemoveAsync(counter);
        await circuit.SettleAsync();
        counter.Count = 5;

        var result = await circuit.DoAsync(() => circuit.Stash.For(counter).StashAsync());

        Assert.Equal((false, false, false), (result.IsSaved, result.IsRetrying, result.Written));
        Assert.True((await circuit.DoAsync(circuit.Stash.StashAsync)).IsSaved); // of all that is there, all is
    }

    [Fact]
    public async Task StashAsync_OfTheOneOfTwoThatIsNotKept_DoesNotSayThatItIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var (first, second) = (TestCircuit.Child<Counter>(null), TestCircuit.Child<Counter>(null));
        await circuit.ChangeAsync(children => children.AddRange([first, second]));

        Assert.False((await circuit.DoAsync(() => ((Counter)first.Instance!).SetAsync(1))).IsSaved);
        Assert.True((await circuit.DoAsync(() => ((Counter)second.Instance!).SetAsync(2))).IsSaved);
    }

    /// <summary>The first slot is another name for the second.</summary>
    [Fact]
    public async Task StashAsync_OfTheFirstSlotOfAnOwnerThatWasAttachedTwice_SavesTheOwner()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var model = new Model();
        var result = await circuit.DoAsync(() =>
        {
            var slot = circuit.Stash.Attach(model);
            circuit.Stash.Attach(model);
            model.Value = 3;
            return slot.StashAsync();
        });

        Assert.Equal((true, true), (result.IsSaved, result.Written));
    }

    /// <summary>It is another component's: whoever waits, and the others that listen, have nothing to do with it.</summary>
    [Fact]
    public async Task Saved_OneHandlerThrows_TheOthersAreToldWhoeverWaitsIsAnsweredAndTheLogSaysSo()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        var told = 0;
        circuit.Stash.Saved += _ => throw new InvalidOperationException("the app's");
        circuit.Stash.Saved += _ => told++;

        Assert.True((await counter.SetAsync(1)).IsSaved);
        Assert.True((await counter.SetAsync(2)).IsSaved);

        Assert.Equal((2, 2), (told, circuit.Saves.Count));
        Assert.Equal(2, _server.Logs.WithId(1216).Count(static line => line.Text.Contains("the app's", StringComparison.Ordinal)));
    }

    private sealed class Model : IStashRecovered
    {
        public int Recoveries { get; private set; }

        public void OnStashRecovered() => Recoveries++;

        [Stash]
        public int Value { get; set; }

        [Stash]
        public List<int> List { get; set; } = [];
    }
}
