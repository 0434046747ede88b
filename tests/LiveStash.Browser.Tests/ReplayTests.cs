using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A tab gets back what it had before its stash was reset.</summary>
public sealed class ReplayTests(ChromiumFixture chromium, ITestOutputHelper output) : OwnServerTest(chromium, output)
{
    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Reset_TokenIsPutBack_NotFoundUnlessItsTagIsPutBackToo(string engine)
    {
        var page = await StartAsync(engine, "counter?scope=tab");
        await page.CountToAsync(3);
        var before = await page.SessionStorageAsync();
        var (key, token) = await page.StateAsync();
        await page.ClickAsync("Reset Stash");
        await page.HasSavedAsync("");
        await page.Page.WaitForFunctionAsync(
            "before => Object.entries(before).every(([key, value]) => !key.startsWith('livestash:tag:') || sessionStorage.getItem(key) !== value)", before);

        // Where it was.
        await page.SetSessionStorageAsync(new Dictionary<string, string> { [key] = token });
        await page.ReloadAsync();
        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);

        // Where the tab's present tag looks.
        var (present, _) = await page.StateAsync();
        Assert.NotEqual(key, present);
        await page.SetSessionStorageAsync(new Dictionary<string, string> { [present] = token });
        await RestartServerAsync();
        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);

        // Both: the visitor's own, until it expires. No server remembers the reset.
        await page.SetSessionStorageAsync(before);
        await page.ReloadAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }
}
