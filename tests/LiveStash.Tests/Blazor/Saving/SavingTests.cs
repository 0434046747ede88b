using System.Text;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Saving;

/// <summary>What is sent, when, and what the page is told.</summary>
public sealed class SavingTests : IAsyncLifetime
{
    private readonly TestServer _server = new(options: options => options.MaxStashBytes = 4096);
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task StashAsync_SeveralComponentsInOneEvent_OneWriteWithExactlyWhatChanged()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counters = new[] { await circuit.AddAsync<Counter>("a"), await circuit.AddAsync<Counter>("b"), await circuit.AddAsync<Counter>("c") };
        await Task.WhenAll(await circuit.DoAsync(() => Task.FromResult(counters.Select(counter => counter.SetAsync(10)).ToArray())));
        var first = Assert.Single(_server.Engine.Writes);
        Assert.Equal((true, 3), (first.Replace, first.Changed.Count));

        var saving = await circuit.DoAsync(() => Task.FromResult(new[] { counters[0].SetAsync(1), counters[1].SetAsync(2), counters[2].SaveAsync() }));
        var results = await Task.WhenAll(saving);

        Assert.All(results[..2], result => Assert.Equal(new StashSaveResult(StashOutcome.Ok, Written: true), result));
        Assert.Equal(2, _server.Engine.Writes.Count);
        var write = _server.Engine.Writes[1];
        Assert.False(write.Replace);
        Assert.Empty(write.Removed);
        Assert.Equal(
            [(Counter.Entry<Counter>("Count", "a"), "1"), (Counter.Entry<Counter>("Count", "b"), "2")],
            write.Changed.Select(entry => (entry.Name, Encoding.UTF8.GetString(entry.Value.Span))).Order());
        Assert.Equal(2, circuit.Stash.AcknowledgedWrites);
    }

    [Fact]
    public async Task StashAsync_NothingChanged_NoCall()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        _server.Engine.ForgetCalls();

        Assert.Equal(new StashSaveResult(StashOutcome.Ok, Written: false), await counter.SaveAsync());
        counter.Note = null;
        Assert.Equal(new StashSaveResult(StashOutcome.Ok, Written: false), await counter.SetAsync(1));

        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task StashAsync_InOnInitialized_SavesWhatThatHasMade()
    {
        Task<StashSaveResult>? saving = null;
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var counter = await circuit.AddAsync<Counter>(null, (nameof(Counter.Initialize), (Action<Counter>)(counter =>
            {
                counter.Note = "made";
                saving = counter.SaveAsync();
            })));
            Assert.Equal(new StashSaveResult(StashOutcome.Ok, Written: true), await saving!);
            Assert.Equal("made", counter.Note);
        }

        _browser.Lost = true;
        await using var after = await _server.OpenAsync(_browser);
        Assert.Equal("made", (await after.AddAsync<Counter>()).Note);
    }

    [Fact]
    public async Task StashAsync_NothingButDefaultsOfTypes_NoCall()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.Equal(new StashSaveResult(StashOutcome.Ok, Written: false), await counter.SaveAsync());
        await circuit.SettleAsync();
        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task StashAsync_DefaultsOverAGivenUpValue_TheOldValueDoesNotComeBack()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<Counter>()).SetAsync(7);
        }

        await using (var reloaded = await _server.OpenAsync(_browser))
        {
            Assert.True((await (await reloaded.AddAsync<Counter>()).SaveAsync()).IsSaved);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await circuit.AddAsync<Counter>()).Count);
    }

    [Fact]
    public async Task StashAsync_ValueGoesBackBeforeTheBrowserHasTheTag_TheLastValueIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser, page: page => page.Answers["LiveStash.setTag"] = "false");
        var counter = await circuit.AddAsync<Counter>();
        Assert.True((await counter.SetAsync(1)).IsRetrying);
        Assert.True((await counter.SetAsync(0)).IsRetrying);

        circuit.Page.Answers.Clear();
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        await AssertContentAsync("0");
        Assert.NotNull(_browser.Tag());
    }

    [Fact]
    public async Task StashAsync_ValueGoesBackWhileItsWriteIsUnderWay_TheLastValueIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        var gate = _server.Engine.Gate = new();
        var there = await circuit.DoAsync(() => Task.FromResult(counter.SetAsync(2)));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 2, "the write");

        var back = await circuit.DoAsync(() => Task.FromResult(counter.SetAsync(1)));
        gate.SetResult();
        Assert.True((await there).IsSaved);
        Assert.True((await back).IsSaved);

        await AssertContentAsync("1");
    }

    [Fact]
    public async Task AutoStash_ValueGoesBackWhileItsWriteIsUnderWay_TheLastValueIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await counter.SetAsync(1);
        var gate = _server.Engine.Gate = new();
        await circuit.DoAsync(() => counter.Show(2));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 2, "the write");
        await circuit.DoAsync(() => counter.Show(1));
        await circuit.SettleAsync();

        gate.SetResult();
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 3, "another write");
        await AssertContentAsync<AutoCounter>("1");
    }

    [Fact]
    public async Task StashAsync_ValueGoesBackAfterAnAnswerWasLost_TheLastValueIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        _server.Engine.LosesAnswers = true;
        Assert.True((await counter.SetAsync(2)).IsRetrying);
        await AssertContentAsync("2");

        _server.Engine.LosesAnswers = false;
        Assert.True((await counter.SetAsync(1)).IsSaved);

        await AssertContentAsync("1");
    }

    [Fact]
    public async Task StashAsync_OneValueIsTooLarge_SaysSoKeepsWhatWasSavedOfItAndSavesTheOthers()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        counter.Note = new string('x', 5000);

        var result = await counter.SetAsync(2);

        Assert.Equal((StashOutcome.TooLarge, true, false, false), (result.Outcome, result.Written, result.IsSaved, result.IsRetrying));
        Assert.Contains("4096 bytes", result.Detail, StringComparison.Ordinal);
        await AssertContentAsync("2");
        Assert.Equal(2, circuit.Stash.AcknowledgedWrites);

        // It is not tried again by itself, and the page goes on.
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        await circuit.SettleAsync();
        Assert.Equal((StashOutcome.TooLarge, false), ((await counter.SaveAsync()).Outcome, circuit.Saves[^1].IsSaved));
        Assert.Equal(2, _server.Engine.Writes.Count);
        counter.Note = null;
        Assert.True((await counter.SaveAsync()).IsSaved);
        await AssertContentAsync("2");
    }

    [Fact]
    public async Task StashAsync_EngineThrows_UnavailableAndOneErrorInTheLog()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        _server.Engine.Throws = new TimeoutException("boom");

        var result = await counter.SetAsync(1);

        Assert.Equal(StashOutcome.Unavailable, result.Outcome);
        Assert.Equal(LogLevel.Error, Assert.Single(_server.Logs.WithId(1100)).Level);
        Assert.Empty(circuit.Renderer.Errors);
        _server.Engine.Throws = null;
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
    }

    [Fact]
    public async Task StartAsync_EngineThrows_ErrorAndThePageStarts()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<TabCounter>()).SetAsync(1);
        }

        _server.Engine.Throws = new TimeoutException("boom");
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(StashStatus.Error, (await circuit.AddAsync<TabCounter>()).Status);
    }

    [Fact]
    public async Task StashAsync_TagNotInTheBrowser_NotReportedAsSavedUntilItIs()
    {
        await using var circuit = await _server.OpenAsync(_browser, page: page => page.HangingFunctions.Add("LiveStash.setTag"));
        var counter = await circuit.AddAsync<Counter>();
        var saving = await circuit.DoAsync(() => Task.FromResult(counter.SetAsync(1)));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 1, "the write");
        Assert.False(saving.IsCompleted);

        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        await circuit.UntilAsync(() => circuit.Page.Calls.Count(call => call == "LiveStash.setTag") == 2, "the second try");

        // After one without an answer the next may take longer.
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout * 2);
        Assert.True((await saving).IsRetrying);
        Assert.Null(_browser.Tag());

        circuit.Page.HangingFunctions.Clear();
        for (var seconds = 0; seconds < 60 && !circuit.Saves[^1].IsSaved; seconds++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            await circuit.SettleAsync();
        }

        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        Assert.NotNull(_browser.Tag());
    }

    /// <summary>No answer comes over another connection than the one that the question went over, however long it is waited for.</summary>
    [Theory]
    [InlineData("memory", "LiveStash.setTag")]
    [InlineData("memory", "LiveStash.confirm")]
    [InlineData("browser", "LiveStash.saveState")]
    public async Task StashAsync_AnswerOfTheBrowserIsLostWithTheConnection_IsSavedOverTheNext(string engine, string lost)
    {
        await using var server = new TestServer(builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).UseEngine(engine));
        await using var circuit = await server.OpenAsync(_browser, page: page => page.HangingFunctions.Add(lost));
        var counter = await circuit.AddAsync<Counter>();
        if (lost == "LiveStash.confirm")
        {
            // What is not known to be there, is written only for a page that answers.
            server.Engine.LosesAnswers = true;
            await counter.SetAsync(1);
            server.Engine.LosesAnswers = false;
        }

        var saving = await circuit.DoAsync(() => Task.FromResult(counter.SetAsync(2)));
        await circuit.UntilAsync(() => circuit.Page.Calls[^1] == lost, "the call");
        circuit.Page.IsGone = true;
        await circuit.DisconnectAsync();
        circuit.Page.HangingFunctions.Clear();
        circuit.Page.IsGone = false;
        await circuit.ConnectAsync();

        server.Time.Advance(TimeSpan.FromSeconds(1));
        await circuit.UntilAsync(() => saving.IsCompleted && !circuit.Stash.HasUnsavedChanges, "the save");
        Assert.NotNull(_browser.Tag(engine));
    }

    [Fact]
    public async Task StashAsync_BrowserWithoutStorage_IsNotReportedAsSaved()
    {
        _browser.Quota = 0;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.Equal(StashOutcome.Unavailable, (await counter.SetAsync(1)).Outcome);
    }

    [Fact]
    public async Task StashAsync_PropertyThatCannotBeSerialized_SaysSoOneLineInTheLogAndTheOthersAreSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var looped = await circuit.AddAsync<Looped>();
        var counter = await circuit.AddAsync<Counter>();
        looped.Node.Next = looped.Node;

        looped.Beside = 1;

        var result = await looped.SaveAsync();

        Assert.Equal((StashOutcome.Unserializable, true), (result.Outcome, result.Written));
        Assert.Contains($"{typeof(Looped)}.Node cannot be serialized", result.Detail, StringComparison.Ordinal);
        await looped.SaveAsync();
        var line = Assert.Single(_server.Logs.AtLeast(LogLevel.Warning));
        Assert.Contains($"{typeof(Looped)}.Node cannot be serialized", line.Text, StringComparison.Ordinal);
        Assert.Contains("[JsonIgnore]", line.Text, StringComparison.Ordinal);
        Assert.Empty(circuit.Renderer.Errors);
        Assert.True((await counter.SetAsync(1)).IsSaved);
        Assert.True(circuit.Stash.HasUnsavedChanges);

        looped.Node.Next = null;
        looped.Node.Name = "whole again";
        Assert.True((await looped.SaveAsync()).IsSaved);
        Assert.False(circuit.Stash.HasUnsavedChanges);
    }

    private Task AssertContentAsync(string count) => AssertContentAsync<Counter>(count);

    private async Task AssertContentAsync<T>(string count) =>
        Assert.Equal(count, (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<T>("Count")]);

    private class Looped : StashComponentBase
    {
        [Stash]
        public Link Node { get; set; } = new();

        [Stash]
        public int Beside { get; set; }

        public Task<StashSaveResult> SaveAsync() => StashAsync();
    }

    internal sealed class Link
    {
        public Link? Next { get; set; }

        public string? Name { get; set; }
    }
}
