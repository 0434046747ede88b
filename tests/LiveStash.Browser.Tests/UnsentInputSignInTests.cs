using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What one user has typed and not sent, and the next user of the tab.</summary>
[Collection(nameof(Visits))]
public sealed class UnsentInputSignInTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task SignOut_NameIsHalfTyped_NobodyElseSeesItAlsoWithAllThatTheTabHad(string engine)
    {
        var page = await NewVisitorAsync();
        var name = page.Page.GetByLabel("Name");
        await SignInAsync(page, "Ada");
        await page.OpenAsync(PathOf("form", engine));
        await name.PressSequentiallyAsync("half typed");
        await page.Page.WaitForFunctionAsync("() => sessionStorage.getItem('livestash:unsent')?.includes('half typed')");
        var all = await page.SessionStorageAsync();
        await page.ReloadAsync();
        await Assertions.Expect(name).ToHaveValueAsync("half typed");

        await SignOutAsync(page);
        await HasNothingAsync(page, engine);
        await page.SetSessionStorageAsync(all);
        await HasNothingAsync(page, engine);

        await SignInAsync(page, "Grace");
        await page.SetSessionStorageAsync(all);
        await HasNothingAsync(page, engine);
    }

    /// <summary>Something of the user's own is put back, or nothing; then nothing more comes.</summary>
    private static async Task HasNothingAsync(StashPage page, string engine)
    {
        await page.OpenAsync(PathOf("form", engine));
        await page.Page.WaitForFunctionAsync("() => !JSON.stringify({ ...sessionStorage }).includes('half typed')");
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("");
    }
}
