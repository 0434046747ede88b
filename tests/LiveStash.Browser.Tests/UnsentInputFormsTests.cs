using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed into pages that keep nothing in a stash.</summary>
public sealed class UnsentInputFormsTests(BareApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<BareApp>
{
    [Fact]
    public async Task Page_SaysForms_HalfTypedTextIsThereAfterAReload()
    {
        var page = await OpenAsync("/plain/forms");
        await page.HasGivenFocusAsync();
        await page.Page.GetByLabel("Text").PressSequentiallyAsync("half typed");
        await page.Page.WaitForFunctionAsync("() => sessionStorage.getItem('livestash:unsent')?.includes('half typed')");

        await page.ReloadAsync();

        await Assertions.Expect(page.Page.GetByLabel("Text")).ToHaveValueAsync("half typed");
    }

    [Fact]
    public async Task Page_SaysNothing_StartsAnewAfterALoss()
    {
        var page = await OpenAsync("/plain/default");
        await page.HasGivenFocusAsync();
        await page.Page.GetByLabel("Text").PressSequentiallyAsync("half typed");

        await LoseAsync(page);

        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
        await Assertions.Expect(page.Page.GetByLabel("Text")).ToHaveValueAsync("");
    }
}
