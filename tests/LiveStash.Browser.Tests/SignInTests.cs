using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>One tab, and who is signed in.</summary>
[Collection(nameof(Visits))]
public sealed class SignInTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    private const string Counter = "counter?scope=tab";

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task SignOut_SameTab_StateIsOutOfReachAlsoWithAllThatTheTabHad(string engine)
    {
        var page = await NewVisitorAsync();
        await SignInAsync(page, "Ada");
        await page.OpenAsync(PathOf(Counter, engine));
        await page.CountToAsync(3);
        var all = await page.SessionStorageAsync();

        await SignOutAsync(page);
        await page.OpenAsync(PathOf(Counter, engine));
        await StartsAtZeroAsync(page);
        await page.SetSessionStorageAsync(all);
        await page.ReloadAsync();
        await StartsAtZeroAsync(page);

        await SignInAsync(page, "Grace");
        await page.SetSessionStorageAsync(all);
        await page.OpenAsync(PathOf(Counter, engine));
        await StartsAtZeroAsync(page);

        await SignOutAsync(page);
        await SignInAsync(page, "Ada");
        await page.SetSessionStorageAsync(all);
        await page.OpenAsync(PathOf(Counter, engine));
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    /// <summary>The session ran out while the connection was away: another page and a sign-in come before the page is seen again.</summary>
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Loss_ThenTheUserHasToSignInAgain_StateIsBack(string engine)
    {
        var page = await NewVisitorAsync();
        await SignInAsync(page, "Ada");
        await page.OpenAsync(PathOf("counter?scope=reconnect", engine));
        await page.CountToAsync(3);

        await page.Page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        await page.LoseCircuitAsync();
        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0); // which keeps something for the visitor
        await SignInAsync(page, "Ada");
        await page.OpenAsync(PathOf("counter?scope=reconnect", engine));

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    [Fact]
    public async Task Reload_SignedIn_TheHtmlHasTheValueOfThatUserAlone()
    {
        var page = await NewVisitorAsync();
        await SignInAsync(page, "Ada");
        await page.OpenAsync(PathOf(Counter, "memory"));
        await page.CountToAsync(3);
        Assert.Matches(ShowsInHtml(3), await (await page.Page.ReloadAsync())!.TextAsync());
        await page.HasStatusAsync(StashPageStatus.Recovered);
        var all = await page.SessionStorageAsync();

        await SignOutAsync(page);
        await SignInAsync(page, "Grace");
        await page.OpenAsync(PathOf(Counter, "memory"));
        await page.SetSessionStorageAsync(all);
        Assert.Matches(ShowsInHtml(0), await (await page.Page.ReloadAsync())!.TextAsync());
        await StartsAtZeroAsync(page);
    }

    private static string ShowsInHtml(int value) => $">{value}</";

    private static async Task StartsAtZeroAsync(StashPage page)
    {
        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }
}
