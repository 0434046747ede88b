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

    private async Task KillAsync(OrdinaryPage page)
    {
        var circuit = await page.CircuitAsync();
        await Server.KillAsync();
        await Server.StartAsync();
        await page.IsInAnotherCircuitAsync(circuit);
    }
}
