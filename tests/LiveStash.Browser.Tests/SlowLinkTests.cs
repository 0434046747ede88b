using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What a user does faster than the link carries it.</summary>
public sealed class SlowLinkTests(PatientApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<PatientApp>
{
    /// <summary>Over the slowest link, opened and brought back too: one test has the time for that.</summary>
    [Fact]
    public async Task Note_OpenedLostAndBroughtBackOverTheSlowestLink_IsThereAgain()
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(2200);
        var page = await OpenAsync("/note");

        await page.TypeAsync("text", "milk", "milk");
        await LoseAsync(page);

        await page.ShowsAsync("milk");
    }

    /// <summary>Of the slowest, only what is done on a living page: it comes over a better link, and comes back over one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(80)]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Note_TypedThenLinkClickedAtOnce_IsThereAgain(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/note");

        await page.Page.Locator("#text").FillAsync("milk");
        await page.FollowAsync("Other");
        await page.HasHeadingAsync("Other");
        await page.FollowAsync("Note");

        await page.HasHeadingAsync("Note");
        await page.ShowsAsync("milk");
        await LoseOverAsync(roundTrip, page);
        await page.ShowsAsync("milk");
        await page.ReloadAsync();
        await page.ShowsAsync("milk");
    }

    [Theory]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Note_TypedThenLinkClickedThenLostOnTheOtherPage_IsThereAgain(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/note");

        await page.Page.Locator("#text").FillAsync("milk");
        await page.FollowAsync("Other");
        await page.HasHeadingAsync("Other");
        await LoseOverAsync(roundTrip, page);
        await page.FollowAsync("Note");

        await page.HasHeadingAsync("Note");
        await page.ShowsAsync("milk");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(80)]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Step_HandlerChangesAndNavigates_TheChangeIsThereAgain(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/step");

        await page.ClickAsync("next");
        await page.HasHeadingAsync("Other");
        await LoseOverAsync(roundTrip, page);
        await page.OpenAsync("/step");

        await page.ShowsAsync("1");
    }

    /// <summary>The browser's acknowledgement of that screen is still under way then.</summary>
    [Theory]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Counter_LinkCutAsSoonAsTheScreenShowsTheClick_TheClickCounts(int roundTrip)
    {
        var page = await OpenOverAsync(0, "/counter");
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);

        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(page.Page.Locator("[role=status]")).ToHaveTextAsync("Current count: 1");
        await LoseOverAsync(0, page);

        await Assertions.Expect(page.Page.Locator("[role=status]")).ToHaveTextAsync("Current count: 1");
    }

    private async Task<OrdinaryPage> OpenOverAsync(int roundTrip, string path)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip > 1000 ? 0 : roundTrip);
        var page = await OpenAsync(path);
        await page.HasGivenFocusAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        return page;
    }

    private Task LoseOverAsync(int roundTrip, OrdinaryPage page)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip > 1000 ? 0 : roundTrip);
        return LoseAsync(page);
    }
}
