using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>What is whose, while a component initializes itself and others go on beside it.</summary>
public sealed partial class InitializationTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    /// <summary>As by an answer of JavaScript, which comes in like an event; or by whatever comes to its end while one is handled.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnInitializedAsync_GoesOnWhileSomethingComesIn_WhatItSetsIsNotTheUsersChange(bool isRecovered)
    {
        if (isRecovered)
        {
            await EditAsync<Steps>("edited");
        }

        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Steps>();
        await circuit.DoAsync(after.First.SetResult);
        await circuit.SettleAsync();
        Assert.Equal(isRecovered ? "edited" : "first", after.Text);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.SettleAsync();

        Assert.Equal(isRecovered ? "edited" : "second", after.Text);
        Assert.Equal(isRecovered ? 1 : 0, _server.Engine.Writes.Count);
    }

    /// <summary>A handler has its own awaits.</summary>
    [Fact]
    public async Task HandleEventAsync_ChangesAfterAnAwaitWhileItLoads_IsSavedAndNotPutBack()
    {
        await EditAsync<Steps>("edited");
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Steps>();
        var validated = new TaskCompletionSource();
        await circuit.DoAsync(() => TypeOnceValidated(after, validated.Task));
        await circuit.BackgroundAsync(validated.SetResult);
        await circuit.SettleAsync();
        Assert.Equal("typed", after.Text);

        await circuit.BackgroundAsync(after.First.SetResult);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        await AssertTypedAsync(after);
    }

    /// <summary>As with a client for HTTP or a database: its own continuations run in the flow of the initialization, and set nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HandleEventAsync_InitializationWaitsOnOtherThreads_TheUsersChangeStays(bool isAfterAnAwait)
    {
        await EditAsync<StepsOfALibrary>("edited");
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<StepsOfALibrary>();
        var validated = new TaskCompletionSource();
        if (isAfterAnAwait)
        {
            await circuit.DoAsync(() => TypeOnceValidated(after, validated.Task));
        }

        await Task.Run(after.First.SetResult);
        await circuit.SettleAsync();
        if (isAfterAnAwait)
        {
            await circuit.BackgroundAsync(validated.SetResult);
        }
        else
        {
            await circuit.DoAsync(() => after.Text = "typed"); // as a child does, or a method that JavaScript calls
        }

        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        await AssertTypedAsync(after);
    }

    /// <summary>Saved when it says so: what the user has entered meanwhile is neither what it starts with nor to be put back.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task StashAsync_WhileItLoads_SavesWhatTheUserHasEntered(bool isManual, bool isInOneHandler)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var steps = await AddStepsAsync(before, isManual);
            await before.BackgroundAsync(steps.First.SetResult);
            await before.BackgroundAsync(steps.Second.SetResult);
            steps.Text = "edited";
            Assert.True((await before.DoAsync(before.Stash.StashAsync)).IsSaved);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await AddStepsAsync(circuit, isManual);
        Task<StashSaveResult>? saving = null;
        void Save() => saving = circuit.Stash.For(after).StashAsync();
        await HandleAsync(circuit, after, () =>
        {
            after.Text = "typed";
            if (isInOneHandler)
            {
                Save();
            }
        });
        if (!isInOneHandler)
        {
            await circuit.AcknowledgeAsync();
            await HandleAsync(circuit, after, Save);
        }

        await circuit.SettleAsync();
        Assert.True((await saving!).IsSaved);
        await circuit.BackgroundAsync(after.First.SetResult);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.SettleAsync();

        await AssertTypedAsync(after);
    }

    /// <summary>A page with a render mode of its own is a root: it renders in the flow of its initialization, and so does its OnAfterRender.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnAfterRenderAsync_SetsItWhileTheInitializationWaits_IsAChangeAndWins(bool isRoot)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var setting = await before.AddAsync<SettingWhileItLoads>();
            await before.BackgroundAsync(setting.Loading.SetResult);
            await before.DoAsync(() => setting.Text = "edited");
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        SettingWhileItLoads? after = null;
        if (isRoot)
        {
            await circuit.DoAsync(() => after = circuit.Renderer.Mount<SettingWhileItLoads>());
            await circuit.AcknowledgeAsync();
        }
        else
        {
            after = await circuit.AddAsync<SettingWhileItLoads>();
        }

        await circuit.DoAsync(after!.Answer.SetResult);
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(after.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("set late", after.Text);
        Assert.Equal("\"set late\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    [Fact]
    public async Task OnInitializedAsync_SetsItOnAnotherThread_IsNotTheUsersChange()
    {
        await EditAsync<StepsElsewhere>("edited");
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<StepsElsewhere>();
        await Task.Run(after.First.SetResult); // runs what follows, up to the next wait

        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.UntilAsync(() => after.IsInitialized, "the rest, on another thread too");

        Assert.Equal("edited", after.Text);
        Assert.Single(_server.Engine.Writes);
    }

    private async Task AssertTypedAsync(Steps steps)
    {
        Assert.Equal("typed", steps.Text);
        Assert.Equal("\"typed\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    private static Task HandleAsync(TestCircuit circuit, IHandleEvent component, Action handler) =>
        circuit.DoAsync(() => _ = component.HandleEventAsync(new(handler), null));

    private static async Task<Steps> AddStepsAsync(TestCircuit circuit, bool isManual) =>
        isManual ? await circuit.AddAsync<ManualSteps>() : await circuit.AddAsync<Steps>();

    /// <summary>A handler that awaits something before it changes what is stashed.</summary>
    private static void TypeOnceValidated(Steps steps, Task validated) => _ = ((IHandleEvent)steps).HandleEventAsync(
        new(async () =>
        {
            await validated;
            steps.Text = "typed";
        }),
        null);

    /// <summary>Has a text saved by a page that is lost then.</summary>
    private async Task EditAsync<T>(string text)
        where T : Steps
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var steps = await before.AddAsync<T>();
            await before.BackgroundAsync(steps.First.SetResult);
            await before.BackgroundAsync(steps.Second.SetResult);
            await before.UntilAsync(() => steps.IsInitialized, "the initialization, which may be on another thread");
            await before.DoAsync(() => steps.Text = text);
            await before.SettleAsync();
        }

        _browser.Lost = true;
    }

    public class Steps : ComponentBase
    {
        public TaskCompletionSource First { get; } = new();

        public TaskCompletionSource Second { get; } = new();

        [Stash]
        public string Text { get; set; } = "";

        public bool IsInitialized { get; private set; }

        protected override void OnParametersSet() => IsInitialized = true;

        protected override async Task OnInitializedAsync()
        {
            await FirstAsync().ConfigureAwait(ContinuesOnDispatcher);
            Text = "first";
            await Second.Task;
            Text = "second";
        }

        protected virtual bool ContinuesOnDispatcher => true;

        protected virtual Task FirstAsync() => First.Task;
    }

    [Stash(AutoSave = false)]
    public class ManualSteps : Steps;

    public class StepsElsewhere : Steps
    {
        protected override bool ContinuesOnDispatcher => false;
    }

    public class StepsOfALibrary : Steps
    {
        protected override async Task FirstAsync()
        {
            await First.Task.ConfigureAwait(false);
            await Second.Task.ConfigureAwait(false);
        }
    }

    public class SettingWhileItLoads : ComponentBase
    {
        public TaskCompletionSource Loading { get; } = new();

        /// <summary>Of JavaScript.</summary>
        public TaskCompletionSource Answer { get; } = new();

        [Stash]
        public string Text { get; set; } = "";

        protected override Task OnInitializedAsync() => Loading.Task;

        protected override async Task OnAfterRenderAsync(bool firstRender)
        {
            if (firstRender)
            {
                await Answer.Task;
                Text = "set late";
            }
        }
    }
}
