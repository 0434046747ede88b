using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Saving;

public sealed class ResetTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task ResetAsync_OfAComponent_RemovesItsEntriesAndKeepsValuesUntilTheyChange()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var a = await circuit.AddAsync<AutoCounter>("a");
        var b = await circuit.AddAsync<AutoCounter>("b");
        (a.Note, b.Note) = ("x", "y");
        await a.SetAsync(1);
        await b.SetAsync(2);
        var id = _server.Engine.Calls[^1].Id;

        Assert.True((await a.ResetAsync()).IsSaved);

        Assert.Equal((1, "x"), (a.Count, a.Note));
        Assert.Equal(["b/Count", "b/Note"], await KeysAsync(id));
        await circuit.DoAsync(() => a.Show(1));
        await circuit.SettleAsync();
        Assert.Equal(["b/Count", "b/Note"], await KeysAsync(id));

        // With the next change everything of the component is written.
        await circuit.DoAsync(() => a.Show(5));
        await circuit.SettleAsync();
        Assert.Equal(["a/Count", "a/Note", "b/Count", "b/Note"], await KeysAsync(id));
    }

    [Fact]
    public async Task ResetAsync_OfTheWholeTab_ClearsAndAllKeepTheirValuesUntilTheyChange()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var a = await circuit.AddAsync<AutoCounter>("a");
        var b = await circuit.AddAsync<AutoCounter>("b");
        await a.SetAsync(1);
        await b.SetAsync(2);
        var id = _server.Engine.Calls[^1].Id;

        Assert.True((await circuit.DoAsync(circuit.Stash.ResetAsync)).IsSaved);

        Assert.Equal(StashEngineMethod.Clear, _server.Engine.Calls[^1].Method);
        Assert.Null(await _server.Engine.ContentAsync(id));
        await circuit.DoAsync(() =>
        {
            a.Show(1);
            b.Show(2);
        });
        await circuit.SettleAsync();
        Assert.Equal((1, 2), (a.Count, b.Count));
        Assert.Null(await _server.Engine.ContentAsync(id));

        await circuit.DoAsync(() => b.Show(3));
        await circuit.SettleAsync();
        Assert.Equal(["b/Count", "b/Note"], await KeysAsync(_server.Engine.Calls[^1].Id));
        Assert.Null(await _server.Engine.ContentAsync(id));
    }

    [Fact]
    public async Task ResetAsync_TheNewTagArrivesWithTheSecondAttemptAlone_TheTabHasNoFormerOne()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        var former = _browser.Tag();
        circuit.Page.HangingFunctions.Add("LiveStash.setTag");
        Assert.True((await circuit.DoAsync(circuit.Stash.ResetAsync)).IsSaved);
        Assert.Equal(former, Assert.Single(_browser.Tags()));
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        await circuit.SettleAsync();

        circuit.Page.HangingFunctions.Clear();
        Assert.True((await counter.SetAsync(2)).IsSaved);

        Assert.NotEqual(former, Assert.Single(_browser.Tags()));
    }

    [Fact]
    public async Task ResetAsync_ADuplicateThatNobodyNoticedHasTakenItOver_ThePageGoesOnUnderAStashOfItsOwn()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        await counter.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;
        await using var other = await _server.OpenAsync(_browser.Duplicate(isNoticed: false));
        var copy = await other.AddAsync<TabCounter>();
        Assert.Equal(1, copy.Count);

        Assert.True((await circuit.DoAsync(circuit.Stash.ResetAsync)).IsSaved);
        Assert.True((await counter.SetAsync(5)).IsSaved);

        Assert.NotEqual(id, _server.Engine.Calls[^1].Id);
        Assert.Contains("5", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values);
        Assert.Contains("1", (await _server.Engine.ContentAsync(id))!.Values);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("memory+browser")]
    public async Task Change_BackToWhatAClearWithoutAnAnswerRemoved_IsSavedAndNotOnlySaid(string engine)
    {
        await using var server = new TestServer(builder => builder.AddBrowserFallback("memory").UseEngine(engine));
        await using var circuit = await server.OpenAsync(_browser);
        var only = await circuit.AddAsync<AutoCounter>();
        Assert.True((await only.SetAsync(1)).IsSaved);
        server.Engine.LosesAnswers = true;
        await circuit.RemoveAsync(only);
        await circuit.SettleAsync();
        Assert.Equal(StashEngineMethod.Clear, server.Engine.Calls[^1].Method);
        server.Engine.LosesAnswers = false;

        var again = await circuit.AddAsync<AutoCounter>();
        Assert.True((await again.SetAsync(1)).IsSaved);

        Assert.Equal(["1"], (await server.Engine.ContentAsync(server.Engine.Calls[^1].Id))?.Values);
    }

    [Fact]
    public async Task ResetAsync_OfTheOnlyComponent_ClearsTheStash()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);

        Assert.True((await counter.ResetAsync()).IsSaved);

        Assert.Equal(StashEngineMethod.Clear, _server.Engine.Calls[^1].Method);
        Assert.True((await counter.SetAsync(2)).IsSaved);
        Assert.NotNull(await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id));
    }

    [Fact]
    public async Task ResetAsync_NothingSaved_NoCall()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.True((await counter.ResetAsync()).IsSaved);
        Assert.True((await circuit.DoAsync(circuit.Stash.ResetAsync)).IsSaved);
        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task ResetAsync_WhileAWriteIsUnderWay_AutoStashDoesNotWriteTheValuesBack()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await counter.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;
        var gate = _server.Engine.Gate = new();
        await circuit.DoAsync(() => counter.Show(2));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 2, "the write");

        // As a "start over" button does it: the values are set back and rendered while the reset waits for its turn.
        var resetting = await circuit.DoAsync(() =>
        {
            counter.Count = 0;
            var reset = counter.ResetAsync();
            counter.Show(0);
            return Task.FromResult(reset);
        });
        await circuit.SettleAsync();
        _server.Engine.Gate = null;
        gate.SetResult();
        Assert.True((await resetting).IsSaved);
        await circuit.SettleAsync();

        Assert.Equal(StashEngineMethod.Clear, _server.Engine.Calls[^1].Method);
        Assert.Null(await _server.Engine.ContentAsync(id));
    }

    [Fact]
    public async Task StashAsync_AfterAResetThatIsStillWaiting_IsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;
        var gate = _server.Engine.Gate = new();
        var calls = await circuit.DoAsync(() => Task.FromResult(new[] { counter.SetAsync(2) }));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 2, "the write");
        calls = await circuit.DoAsync(() => Task.FromResult(new[] { calls[0], counter.ResetAsync(), counter.SetAsync(3) }));
        gate.SetResult();

        Assert.All(await Task.WhenAll(calls), result => Assert.True(result.IsSaved));
        Assert.Equal("3", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<Counter>("Count")]);
        Assert.Null(await _server.Engine.ContentAsync(id));
    }

    [Fact]
    public async Task ResetAsync_RightAfterASaveThatNobodyAwaited_TheSaveDoesNotComeAfterIt()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;
        await circuit.DoAsync(() =>
        {
            _ = counter.SetAsync(2);
            return counter.ResetAsync();
        });
        await circuit.SettleAsync();

        Assert.Equal(StashEngineMethod.Clear, _server.Engine.Calls[^1].Method);
        Assert.Null(await _server.Engine.ContentAsync(id));
    }

    [Fact]
    public async Task AutoStash_ResetBetweenAChangeAndItsSave_TheChangeDoesNotComeBack()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await counter.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;
        var resetting = new TaskCompletionSource<StashSaveResult>();
        await circuit.DoAsync(() =>
        {
            // Another event, which waits already when the render of this one posts its save.
            SynchronizationContext.Current!.Post(async _ => resetting.SetResult(await counter.ResetAsync()), null);
            counter.Show(2);
        });

        Assert.True((await resetting.Task).IsSaved);
        await circuit.SettleAsync();
        Assert.Equal(StashEngineMethod.Clear, _server.Engine.Calls[^1].Method);
        Assert.Null(await _server.Engine.ContentAsync(id));
    }

    [Fact]
    public async Task AutoStash_ChangeAfterAResetThatIsStillWaiting_IsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await counter.SetAsync(1);
        var id = _server.Engine.Calls[^1].Id;
        var gate = _server.Engine.Gate = new();
        await circuit.DoAsync(() => counter.Show(2));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 2, "the write");
        var resetting = await circuit.DoAsync(() => Task.FromResult(counter.ResetAsync()));
        await circuit.DoAsync(() => counter.Show(3));
        gate.SetResult();

        Assert.True((await resetting).IsSaved);
        await circuit.SettleAsync();
        Assert.Equal("3", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<AutoCounter>("Count")]);
        Assert.Null(await _server.Engine.ContentAsync(id));
    }

    [Fact]
    public async Task ResetAsync_AfterAFirstWriteWhoseAnswerWasLost_ClearsWhatTheEngineMayHave()
    {
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            _server.Engine.LosesAnswers = true;
            Assert.True((await counter.SetAsync(1)).IsRetrying);
            _server.Engine.LosesAnswers = false;
            Assert.True((await counter.ResetAsync()).IsSaved);
        }

        await using var reloaded = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await reloaded.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task Attach_WhileAResetIsBeingRetried_DoesNotGetWhatIsToGo()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        await counter.SetAsync(1);
        _server.Engine.IsUnavailable = true;
        Assert.True((await counter.ResetAsync()).IsRetrying);

        Assert.Equal(0, (await circuit.ReplaceAsync<TabCounter>(counter)).Count);
    }

    [Fact]
    public async Task ResetAsync_AfterAReload_NothingIsRecovered()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var counter = await before.AddAsync<TabCounter>();
            await counter.SetAsync(1);
            await counter.ResetAsync();
        }

        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.NotFound, 0), (after.Status, after.Count));
    }

    private async Task<string[]> KeysAsync(StashId id) =>
        [.. (await _server.Engine.ContentAsync(id))!.Keys.Select(name => name[(name.IndexOf('#', StringComparison.Ordinal) + 1)..]).Order()];
}
