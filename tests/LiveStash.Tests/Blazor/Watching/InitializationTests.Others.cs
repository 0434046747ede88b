using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>What is set from outside of the component while it initializes itself, by none of its own event handlers.</summary>
public sealed partial class InitializationTests
{
    /// <summary>As a method that JavaScript calls, a child that calls its parent, or the event of a state service do it.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task StateHasChanged_SomethingThatCameInHasSetItWhileItLoads_IsSavedAndNotPutBack(bool isRecovered, bool isAfterAnAwait)
    {
        if (isRecovered)
        {
            await EditAsync<Rendering>("edited");
        }

        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Rendering>();
        await ComesInAsync(circuit, isAfterAnAwait, () => after.Show("typed"));
        await circuit.SettleAsync();
        Assert.Equal("typed", after.Text);
        await circuit.BackgroundAsync(after.First.SetResult);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        await AssertTypedAsync(after);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    public async Task StashAsync_SomethingThatCameInHasSetItWhileItLoads_SavesThat(bool isRecovered, bool isAfterAnAwait, bool isOfAll)
    {
        if (isRecovered)
        {
            await EditAsync<Steps>("edited");
        }

        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Steps>();
        Task<StashSaveResult>? saving = null;
        await ComesInAsync(circuit, isAfterAnAwait, () =>
        {
            after.Text = "typed";
            saving = isOfAll ? circuit.Stash.StashAsync() : circuit.Stash.For(after).StashAsync();
        });
        await circuit.SettleAsync();
        Assert.True((await saving!).IsSaved);
        await AssertTypedAsync(after);
        await circuit.BackgroundAsync(after.First.SetResult);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        await AssertTypedAsync(after);
    }

    /// <summary>What the page gives the component is part of the initialization still, also where it is for the user that the page renders.</summary>
    [Theory]
    [InlineData("edited")]
    [InlineData("typed")]
    public async Task OnParametersSetAsync_PageRendersForTheUserWhileItLoads_DoesNotWin(string expected)
    {
        await EditAsync<Defaulting>("edited");
        await using var circuit = await _server.OpenAsync(_browser);
        var after = await circuit.AddAsync<Defaulting>(null, (nameof(Defaulting.Item), new object()));
        await circuit.ChangeAsync(_ =>
        {
            if (expected == "typed")
            {
                after.Text = "typed";
            }
        });
        await circuit.SettleAsync();
        Assert.Equal(expected, after.Text);
        Assert.True(after.Defaults > 0);
        await circuit.BackgroundAsync(after.Lookup.SetResult);
        await circuit.SettleAsync();
        Assert.Equal(expected, after.Text);
        await circuit.BackgroundAsync(after.First.SetResult);
        await circuit.BackgroundAsync(after.Second.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal(expected, after.Text);
        Assert.Equal($"\"{expected}\"", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single());
    }

    private static async Task ComesInAsync(TestCircuit circuit, bool isAfterAnAwait, Action action)
    {
        var validated = new TaskCompletionSource();
        if (!isAfterAnAwait)
        {
            validated.SetResult();
        }

        await circuit.DoAsync(() => _ = ActAsync());
        if (isAfterAnAwait)
        {
            await circuit.SettleAsync();
            await circuit.BackgroundAsync(validated.SetResult);
        }

        async Task ActAsync()
        {
            await validated.Task;
            action();
        }
    }

    public class Rendering : Steps
    {
        public void Show(string text)
        {
            Text = text;
            StateHasChanged();
        }
    }

    public class Defaulting : Steps
    {
        /// <summary>Of a type that may have changed inside, so that it is given with each render of the page.</summary>
        [Parameter]
        public object? Item { get; set; }

        public TaskCompletionSource Lookup { get; } = new();

        public int Defaults { get; private set; }

        protected override async Task OnParametersSetAsync()
        {
            Defaults++;
            Text = "default";
            await Lookup.Task;
            Text = "looked up";
        }
    }
}
