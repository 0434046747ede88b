using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A page that waits for its engine, and is without its connection when the wait is over.</summary>
public sealed class HoldEndTests(UnsteadyRetainingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<UnsteadyRetainingApp>
{
    [Fact]
    public async Task Outage_PatienceIsOverWhileTheConnectionIsAway_ThePageCanBeUsedAfter()
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.HasTextAsync("kept", "0 7");
        var mark = Log.Mark;
        await Server.PostAsync("/engine/off");
        await page.Page.ReloadAsync();
        await page.Page.WaitForFunctionAsync("document.querySelector('main').closest('[inert]') !== null");

        await Link.CutAsync();
        await LogsAsync(mark, "The page was held for");
        Link.Heal();

        await page.HasTextAsync("status", "Error");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
    }
}
