using LiveStash.Testing;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Saving;

/// <summary>Attempts of a write whose answers were lost, or which come when nobody waits for them any more.</summary>
public sealed class LateAttemptTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task StashAsync_AnswerToTheFirstWriteWasLost_IsHealedOnTheVersionThatIsTold()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        _server.Engine.LosesAnswers = true;
        Assert.True((await counter.SetAsync(1)).IsRetrying);
        _server.Engine.LosesAnswers = false;

        Assert.True((await counter.SetAsync(2)).IsSaved);

        Assert.Equal(
            [(0, StashOutcome.Ok), (0, StashOutcome.VersionMismatch), (1, StashOutcome.Ok)],
            _server.Engine.Calls.Select(call => (call.Write!.BaseVersion, call.Outcome!.Value)));
        Assert.Equal("2", await SavedAsync());
        Assert.True((await counter.SetAsync(3)).IsSaved);
        Assert.False(_server.Engine.Writes[^1].Replace);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task StashAsync_VersionMismatchSeveralTimesInARow_IsSaved(int times)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.True((await AmongLateAttemptsAsync(circuit, () => counter.SetAsync(2), times)).IsSaved);

        Assert.Equal("2", await SavedAsync());
    }

    [Fact]
    public async Task StashAsync_VersionMismatchAgainAndAgain_IsTriedAgainUntilItIsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.True((await AmongLateAttemptsAsync(circuit, () => counter.SetAsync(2), times: 4)).IsRetrying);

        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        Assert.Equal("2", await SavedAsync());
    }

    [Fact]
    public async Task ResetStashAsync_AnswerToADeltaWasLostAndItIsNotSettledAtOnce_WhatWasResetDoesNotStay()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        await counter.SetAsync(1);
        var other = await circuit.AddAsync<Counter>("other");
        _server.Engine.LosesAnswers = true;
        Assert.True((await other.SetAsync(5)).IsRetrying);
        _server.Engine.LosesAnswers = false;

        // The write that would settle it does not reach the engine.
        var gate = _server.Engine.Gate = new();
        var saving = other.ResetAsync();
        var whole = await NextAsync(circuit, gate, writes: 3);
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 4, "the whole write");
        _server.Engine.FailuresLeft = 1;
        _server.Engine.Gate = null;
        whole.SetResult();
        Assert.True((await saving).IsRetrying);

        Assert.True((await counter.SaveAsync()).IsSaved);
        Assert.Equal([Counter.Entry<Counter>("Count")], (await ContentAsync()).Keys);
    }

    /// <summary>As one that was stuck on the wire to a silo which the others have replaced: it names the owner, who is still the same.</summary>
    [Theory]
    [InlineData("memory")]
    [InlineData("memory+browser")]
    public async Task StashAsync_AClearComesLateThatHadNoAnswer_RemovesNothingOfIt(string engine)
    {
        await using var server = new TestServer(builder => builder.AddBrowserFallback("memory").UseEngine(engine));
        await using var circuit = await server.OpenAsync(_browser);
        var only = await circuit.AddAsync<AutoCounter>();
        Assert.True((await only.SetAsync(1)).IsSaved);
        var id = server.Engine.Calls[^1].Id;
        server.Engine.IsUnavailable = true;
        await circuit.RemoveAsync(only);
        await circuit.SettleAsync();
        Assert.Equal((StashEngineMethod.Clear, id), (server.Engine.Calls[^1].Method, server.Engine.Calls[^1].Id));
        server.Engine.IsUnavailable = false;

        var again = await circuit.AddAsync<AutoCounter>();
        Assert.True((await again.SetAsync(2)).IsSaved);
        var written = server.Engine.Calls.Last(call => call.Write is not null).Id;
        Assert.True((await server.Engine.ClearAsync(id, 1)).IsOk);

        Assert.Equal(["2"], (await server.Engine.ContentAsync(written))?.Values);
    }

    /// <summary>It would not know of another id: what it is left with is the one whose tag it has.</summary>
    [Fact]
    public async Task StashAsync_AfterAClearWithoutAnAnswerThePageDoesNotAnswer_IsWrittenUnderItsIdAndNotReportedAsSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var only = await circuit.AddAsync<AutoCounter>();
        Assert.True((await only.SetAsync(1)).IsSaved);
        var (id, tag) = (_server.Engine.Calls[^1].Id, _browser.Tag());
        _server.Engine.IsUnavailable = true;
        await circuit.RemoveAsync(only);
        await circuit.SettleAsync();
        _server.Engine.IsUnavailable = false;
        var again = await circuit.AddAsync<AutoCounter>();
        circuit.Page.HangingFunctions.Add("LiveStash.confirm");

        var saving = circuit.DoAsync(() => Task.FromResult(again.SetAsync(2)));
        await circuit.UntilAsync(() => circuit.Page.Calls[^1] == "LiveStash.confirm", "the question");
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        Assert.True((await await saving).IsRetrying);
        Assert.Equal("2", (await _server.Engine.ContentAsync(id))![Counter.Entry<AutoCounter>("Count")]);
        Assert.Equal(tag, _browser.Tag());

        circuit.Page.HangingFunctions.Clear();
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        Assert.NotEqual(id, _server.Engine.Calls[^1].Id);
        Assert.NotEqual(tag, _browser.Tag());
        Assert.Equal("2", (await ContentAsync())[Counter.Entry<AutoCounter>("Count")]);
    }

    private async Task<Dictionary<string, string>> ContentAsync() => (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!;

    private async Task<string> SavedAsync() => (await ContentAsync())[Counter.Entry<Counter>("Count")];

    /// <summary>Before each of so many of its writes reaches the engine, an attempt of before does.</summary>
    private async Task<StashSaveResult> AmongLateAttemptsAsync(TestCircuit circuit, Func<Task<StashSaveResult>> save, int times)
    {
        var gate = _server.Engine.Gate = new();
        var saving = save();
        for (var time = 1; time <= times; time++)
        {
            gate = await NextAsync(circuit, gate, time, PutLateAsync);
        }

        _server.Engine.Gate = null;
        gate.SetResult();
        return await saving;
    }

    /// <summary>Lets the write go on that has come to the gate; what comes after it waits at the next one.</summary>
    private async Task<TaskCompletionSource> NextAsync(TestCircuit circuit, TaskCompletionSource gate, int writes, Func<Task>? before = null)
    {
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == writes, "the write");
        await (before?.Invoke() ?? Task.CompletedTask);
        var next = _server.Engine.Gate = new();
        gate.SetResult();
        return next;
    }

    private async Task PutLateAsync()
    {
        var late = new StashWrite
        {
            Epoch = 1,
            BaseVersion = StashWrite.AnyVersion,
            Replace = true,
            Changed = [new(Counter.Entry<Counter>("Count"), "1"u8.ToArray())],
            Terms = new(TimeSpan.FromMinutes(30)),
        };
        Assert.True((await _server.Engine.PutAsync(_server.Engine.Calls[^1].Id, late)).IsOk);
    }
}
