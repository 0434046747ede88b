using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Text whose event is larger than a message may be: for it the server ends the connection.</summary>
public sealed class UnsentInputTooLargeTests(SmallMessagesApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<SmallMessagesApp>
{
    /// <summary>What does not fit into a message as Blazor bounds it is not sent again at all, and what does not fit here, once.</summary>
    [Theory]
    [InlineData('語', 12_000, 1)]
    [InlineData('"', 12_000, 1)]
    [InlineData('x', 9_000, 2)]
    public async Task Note_DoesNotFit_TheConnectionEndsNoMoreAndThePageWorks(char letter, int count, int losses)
    {
        var page = await OpenWithoutDialogAsync("/booking");
        var (circuit, connections) = (await page.CircuitAsync(), 0);
        page.Page.WebSocket += (_, _) => Interlocked.Increment(ref connections);

        await page.Page.GetByLabel("Note").FillAsync(new string(letter, count));
        await page.Page.GetByLabel("Note").BlurAsync();
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref connections) >= losses));
        await Task.Delay(2000);

        Assert.Equal(losses, connections);
        await page.Page.GetByLabel("Name").FillAsync("Ada");
        await page.Page.GetByLabel("Name").BlurAsync();
        await page.ShowsAsync("Ada|||small|False|red|2030-01-01|");
        Assert.Equal(circuit, await page.CircuitAsync());

        await page.ReloadAsync();
        await Assertions.Expect(page.Page.GetByLabel("Note")).ToHaveValueAsync("");
        await Task.Delay(2000);
        Assert.Equal(losses + 1, connections);
    }
}
