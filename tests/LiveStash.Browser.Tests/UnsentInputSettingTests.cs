using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What the app says about the text that its pages keep.</summary>
public sealed class UnsentInputSettingTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    [Theory]
    [InlineData("off", "")]
    [InlineData("page", "half typed")]
    public async Task Page_SaysHow_NothingIsInTheStorageAndPutBackIsWhatItSays(string setting, string expected)
    {
        var page = await OpenAsync($"/plain/{setting}");
        await page.HasGivenFocusAsync();
        var text = page.Page.GetByLabel("Text");
        await text.PressSequentiallyAsync("half typed");

        await LoseAsync(page);

        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
        await Assertions.Expect(text).ToHaveValueAsync(expected);
        await page.Page.EvaluateAsync("dispatchEvent(new Event('pagehide'))");
        Assert.DoesNotContain("half typed", await page.Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"), StringComparison.Ordinal);
    }
}
