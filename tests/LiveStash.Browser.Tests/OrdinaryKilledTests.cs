using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The server of an ordinary app is killed; the tab has a copy.</summary>
public sealed class OrdinaryKilledTests(CopyingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<CopyingApp>
{
    [Fact]
    public async Task Counter_ServerKilled_CountsOn()
    {
        var page = await OpenAsync("/counter");
        var (button, status) = (page.Page.Locator("button.btn"), page.Page.Locator("[role=status]"));
        await button.ClickAsync();
        await page.HasAnotherCopyAsync(null);
        var before = await page.CopyAsync();
        await button.ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
        await page.HasAnotherCopyAsync(before);

        await KillAsync(page);

        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
        await button.ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 3");
    }

    [Fact]
    public async Task Checkout_ServerKilled_TheFormIsThere()
    {
        var page = await OpenAsync("/checkout");
        await page.TypeAsync("name", "Ada");
        await page.HasAnotherCopyAsync(null);
        var before = await page.CopyAsync();
        await page.TypeAsync("city", "Paris");
        await page.HasAnotherCopyAsync(before);

        await KillAsync(page);

        await page.ShowsAsync("Ada, Paris");
    }

    /// <summary>What .NET itself keeps of a circuit that is given up is gone with the server.</summary>
    [Fact]
    public async Task Persistent_ServerKilled_TheUsersTextIsThere()
    {
        var page = await OpenAsync("/persistent");
        await page.HasTextAsync("typed", "default");
        await page.TypeAsync("text", "mine");
        await page.HasTextAsync("typed", "mine");
        await page.HasAnotherCopyAsync(null);

        await KillAsync(page);

        await page.HasTextAsync("typed", "mine");
    }

    /// <summary>An app that asks before its page is left: nobody leaves when the page comes back by itself.</summary>
    [Fact]
    public async Task Guarded_ServerKilled_TheTextIsThereAndOnlyAUserWhoLeavesIsAsked()
    {
        var asked = 0;
        var page = await OpenAsync("/guarded");
        await page.HasGivenFocusAsync();
        page.Page.Dialog += (_, dialog) =>
        {
            Interlocked.Increment(ref asked);
            _ = dialog.DismissAsync();
        };
        await page.Page.Locator("#text").PressSequentiallyAsync("milk"); // browsers ask nobody who has done nothing
        await page.Page.Locator("#text").BlurAsync();
        await page.ShowsAsync("milk");
        await page.HasAnotherCopyAsync(null);

        await KillAsync(page);

        await page.ShowsAsync("milk");
        Assert.Equal(0, Volatile.Read(ref asked));
        await page.ClickAsync("text");
        await page.Page.CloseAsync(new() { RunBeforeUnload = true });
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref asked) == 1));
    }

    private async Task KillAsync(OrdinaryPage page)
    {
        var circuit = await page.CircuitAsync();
        await Server.KillAsync();
        await Server.StartAsync();
        await page.IsInAnotherCircuitAsync(circuit);
    }
}
