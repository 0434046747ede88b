using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A page that comes back while its engine cannot be reached waits for it.</summary>
public sealed class OrdinaryHoldTests(HoldingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<HoldingApp>
{
    [Fact]
    public async Task Outage_EngineIsBackWithinThePatience_TheDefaultsAreNeverInteractive()
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.TypeAsync("text", "note", shown: "note");
        await page.HasTextAsync("kept", "0 7 note");
        var circuit = await page.CircuitAsync();
        var mark = Log.Mark;

        await Server.PostAsync("/engine/off");
        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await UntilAsync(async () => (await Server.GetAsync("/engine")).Text != "0");
        await Server.PostAsync("/engine/on");
        await page.IsInAnotherCircuitAsync(circuit);

        await page.ShowsAsync("note");
        await page.HasTextAsync("price", "7");
        await page.HasTextAsync("status", "Recovered");
        await LogsAsync(mark, "The page was held for");
        Assert.DoesNotContain("", await page.ShownAsync());
    }
}
