using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>What the initialization sets after it came back from another thread, and who looks for the user's changes before the component renders.</summary>
public sealed partial class InitializationTests
{
    /// <summary>The handler renders when it has done, and has set nothing.</summary>
    [Fact]
    public async Task HandleEventAsync_GoesOnAfterTheInitializationCameBackFromAnotherThread_WhatThatHasSetIsNotTheUsers()
    {
        await EditAsync<LibraryThenMore>("edited");
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<LibraryThenMore>();
        var validated = new TaskCompletionSource();
        await circuit.DoAsync(() => _ = ((IHandleEvent)after).HandleEventAsync(new(async () => await validated.Task), null));
        await GoOnElsewhereAsync(circuit, after);
        await circuit.BackgroundAsync(validated.SetResult);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("edited", after.Text);
        Assert.Single(_server.Engine.Writes);
    }

    /// <summary>What a handler has set before it waits once more is the user's, whatever the initialization does in between.</summary>
    [Fact]
    public async Task HandleEventAsync_HasSetItAndWaitsOnWhileTheInitializationWaitsOnOtherThreads_TheUsersChangeStays()
    {
        await EditAsync<StepsOfALibrary>("edited");
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<StepsOfALibrary>();
        var (validated, stored) = (new TaskCompletionSource(), new TaskCompletionSource());
        await circuit.DoAsync(() => _ = ((IHandleEvent)after).HandleEventAsync(
            new(async () =>
            {
                await validated.Task;
                after.Text = "typed";
                await stored.Task;
            }),
            null));
        await circuit.BackgroundAsync(validated.SetResult);
        await Task.Run(after.First.SetResult);
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(stored.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        await AssertTypedAsync(after);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StashAsync_OfAnotherComponentAfterTheInitializationCameBackFromAnotherThread_WhatThatHasSetIsNotTheUsers(bool isRecovered)
    {
        if (isRecovered)
        {
            await EditAsync<LibraryThenMore>("edited");
        }

        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<LibraryThenMore>();
        var validated = new TaskCompletionSource();
        Task<StashSaveResult>? saving = null;
        await circuit.DoAsync(() => _ = SaveAsync());
        await GoOnElsewhereAsync(circuit, after);
        await circuit.BackgroundAsync(validated.SetResult);
        await circuit.SettleAsync();
        Assert.True((await saving!).IsSaved);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal(isRecovered ? "edited" : "second", after.Text);
        Assert.Equal(isRecovered ? 1 : 0, _server.Engine.Writes.Count);

        async Task SaveAsync()
        {
            await validated.Task;
            saving = circuit.Stash.StashAsync();
        }
    }

    /// <summary>The page has started without its engine, and the answer comes while the component initializes itself.</summary>
    [Fact]
    public async Task OnInitializedAsync_AnswerComesLateAfterItCameBackFromAnotherThread_WhatWasSavedIsGiven()
    {
        await EditAsync<LibraryThenMore>("edited");
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<LibraryThenMore>();
        Assert.Equal(StashStatus.Error, circuit.Stash.For(after).Status);
        await GoOnElsewhereAsync(circuit, after);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.SettleAsync();
        Assert.Equal((StashStatus.Recovered, "edited"), (circuit.Stash.For(after).Status, after.Text));

        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();
        Assert.Equal("edited", after.Text);
        Assert.Equal("\"edited\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    /// <summary>The same, and it is the user who has set it.</summary>
    [Fact]
    public async Task DoAsync_AnswerComesLateAfterTheUserHasTypedWhileItLoads_WhatWasTypedStays()
    {
        await EditAsync<LibraryThenMore>("edited");
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<LibraryThenMore>();
        await circuit.DoAsync(() => after.Text = "typed");
        await GoOnElsewhereAsync(circuit, after);
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("typed", after.Text);
        Assert.True(circuit.Stash.For(after).TryGetSaved<string>(nameof(Steps.Text), out var before));
        Assert.Equal("edited", before);
    }

    /// <summary>Up to the second wait.</summary>
    private static async Task GoOnElsewhereAsync(TestCircuit circuit, LibraryThenMore steps)
    {
        await Task.Run(steps.First.SetResult);
        await Wait.UntilAsync(() => steps.IsAtSecond, "the step");
        await circuit.SettleAsync();
    }

    /// <summary>Waits for a library that comes back on a thread of its own, and goes on with the dispatcher.</summary>
    public class LibraryThenMore : Steps
    {
        public bool IsAtSecond => Text == "first";

        protected override async Task FirstAsync() => await First.Task.ConfigureAwait(false);
    }
}
