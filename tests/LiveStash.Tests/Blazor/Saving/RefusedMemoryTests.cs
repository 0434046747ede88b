using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Saving;

/// <summary>Measures the memory of the whole process, so that nothing else may run beside it.</summary>
[Collection(nameof(RefusedMemoryTests))]
[CollectionDefinition(nameof(RefusedMemoryTests), DisableParallelization = true)]
public sealed class RefusedMemoryTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Value_Of8MegabytesRefused_IsNotHeld()
    {
        await using var circuit = await _server.OpenAsync(new FakeBrowser());
        var page = await circuit.AddAsync<Page>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await circuit.DoAsync(() => page.Text = new string('x', 4 * 1024 * 1024));
        await circuit.UntilAsync(() => circuit.Saves.Count == 1, "the answer");
        Assert.Equal(StashOutcome.TooLarge, circuit.Saves[0].Outcome);

        await circuit.DoAsync(() => page.Text = "");

        // What the machinery of tests still ends in the background is let go of soon.
        await circuit.UntilAsync(() => GC.GetTotalMemory(forceFullCollection: true) - before < 4 * 1024 * 1024, "that the value is let go of");
    }

    private sealed class Page : ComponentBase
    {
        [Stash]
        public string Text { get; set; } = "";
    }
}
