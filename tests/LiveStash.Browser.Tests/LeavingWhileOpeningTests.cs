using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The user goes on to another page before the stash of the first one is open: until then links are Blazor's enhanced navigation.</summary>
public sealed class LeavingWhileOpeningTests(HoldingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<HoldingApp>
{
    [Theory]
    [InlineData("document.querySelector('a[href=other]').click()")]
    [InlineData("history.back()")]
    public async Task Page_LeftWhileItIsHeld_TheOtherIsAliveAndTheTextIsThereAfterwards(string leave)
    {
        var page = await OpenAsync("/other");
        await page.FollowAsync("Note");
        await page.TypeAsync("text", "milk", "milk");
        await HoldAsync(page);

        await page.Page.EvaluateAsync(leave);
        await page.HasHeadingAsync("Other");
        await Server.PostAsync("/engine/on");

        await page.IsInteractiveAsync();
        await page.HasHeadingAsync("Other");
        await page.ClickAsync("fold");
        await page.HasTextAsync("fold", "Unfold");
        await page.FollowAsync("Note");
        await page.ShowsAsync("milk");
        await page.TypeAsync("text", "bread", "bread");
        await NothingFailedAsync(page);
    }

    [Fact]
    public async Task Island_LeftWhileItIsHeld_TheNextIsAliveAndKept()
    {
        var page = await OpenAsync("/per-page");
        var status = page.Page.Locator("[role=status]").GetByText("Current count");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        await HoldAsync(page);

        await page.Page.EvaluateAsync("Blazor.navigateTo('static')");
        await page.HasHeadingAsync("Static");
        await page.Page.EvaluateAsync("document.querySelector('a[href=per-page]').click()");
        await page.HasHeadingAsync("Counter");
        await Server.PostAsync("/engine/on");

        await page.IsInteractiveAsync();
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        await NothingFailedAsync(page);
        await LoseAsync(page);
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
    }

    /// <summary>Loads the page again, which cannot reach its engine and waits for it.</summary>
    private async Task HoldAsync(OrdinaryPage page)
    {
        await Server.PostAsync("/engine/off");
        await page.Page.ReloadAsync();
        await UntilAsync(async () => await page.Page.Locator("body > [inert]").CountAsync() > 0);
    }

    private static async Task NothingFailedAsync(OrdinaryPage page) =>
        Assert.Equal(0, await page.Page.Locator("#blazor-error-ui").Filter(new() { Visible = true }).CountAsync());
}
