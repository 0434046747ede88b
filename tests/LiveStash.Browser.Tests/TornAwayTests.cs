using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A tab that crashes, as one that runs out of memory or is killed in the background does.</summary>
public sealed class TornAwayTests(PatientApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<PatientApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Tab_CrashesAndIsLoadedAgain_IsThereAgainAndAfterThatAReloadStartsAnew(int roundTrip)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var page = await OpenAsync("/counter");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(page.Page.Locator("[role=status]").GetByText("Current count")).ToHaveTextAsync("Current count: 1");

        // Playwright gives a crashed page up; the browser does not.
        var devtools = await page.Page.Context.NewCDPSessionAsync(page.Page);
        var crashed = new TaskCompletionSource();
        page.Page.Crash += (_, _) => crashed.SetResult();
        _ = devtools.SendAsync("Page.crash"); // has no answer
        await crashed.Task.WaitAsync(StashPage.Patience);

        await devtools.SendAsync("Page.navigate", new() { ["url"] = new Uri(Link.Address, "/counter").ToString() });
        await CountsAsync(devtools, 1);
        await devtools.SendAsync("Page.reload");
        await CountsAsync(devtools, 0);
    }

    private static Task CountsAsync(ICDPSession devtools, int count) => UntilAsync(async () =>
    {
        var answer = await devtools.SendAsync("Runtime.evaluate", new()
        {
            ["expression"] = $"document.querySelector('[data-circuit]') !== null && document.body.textContent.includes('Current count: {count}')",
        });
        return answer!.Value.GetProperty("result").GetProperty("value").GetBoolean();
    });
}
