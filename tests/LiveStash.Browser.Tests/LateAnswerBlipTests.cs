using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The connection of a page that has started without its engine goes away, and the same circuit goes on over another.</summary>
public sealed class LateAnswerBlipTests(UnsteadyBlippingApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<UnsteadyBlippingApp>
{
    /// <summary>What the server renders then waits for the connection, and is older than what is in the field when it comes.</summary>
    /// <param name="isEntered">Whether the field is left while the connection is away.</param>
    /// <param name="isRendered">Whether it is rendered by the time that the connection is back.</param>
    /// <param name="roundTrip">In milliseconds.</param>
    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(false, true, 0)]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 0)]
    [InlineData(false, false, 150)]
    [InlineData(true, true, 150)]
    public async Task Text_TheConnectionIsAwayWhenTheEngineAnswers_StaysAndIsSaved(bool isEntered, bool isRendered, int roundTrip)
    {
        var page = await WithoutItsEngineAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var circuit = await page.CircuitAsync();
        await page.Page.Locator("#text").PressSequentiallyAsync("mi");
        await AnswerAsync(delay: 500);
        await CutAsync(page);
        await page.Page.Locator("#text").PressSequentiallyAsync("l");
        if (isEntered)
        {
            await page.Page.Locator("#text").FillAsync("milk");
            await page.Page.Locator("#text").BlurAsync();
        }

        // The server waits for the browser for two seconds.
        await Task.Delay(TimeSpan.FromSeconds(isRendered ? 4 : 1));
        Link.Heal();

        await page.HasTextAsync("price", "7");
        if (!isEntered)
        {
            await page.HasValueAsync("text", "mil");
            await page.Page.Keyboard.TypeAsync("k");
            await page.Page.Locator("#text").BlurAsync();
        }

        await page.ShowsAsync("milk");
        await page.HasTextAsync("kept", "0 7 milk");
        await page.HasValueAsync("text", "milk");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>And the engine does not answer yet: what is entered is the server's all the same.</summary>
    [Fact]
    public async Task Text_EnteredWhileTheConnectionIsAway_IsSentAgain()
    {
        var page = await WithoutItsEngineAsync();
        var circuit = await page.CircuitAsync();
        await page.Page.GetByLabel("Done").ClickAsync(); // handled before, and not to be once more
        await page.HasTextAsync("done", "True");
        await Task.Delay(1000); // the page has heard that
        await CutAsync(page);
        await page.Page.Locator("#text").FillAsync("milk");
        await page.Page.Locator("#text").BlurAsync();
        Link.Heal();

        await page.ShowsAsync("milk");
        await page.HasTextAsync("done", "True");
        Assert.Equal(circuit, await page.CircuitAsync());
        await Server.PostAsync("/engine/on");
        await page.HasTextAsync("kept", "0 7 milk");
    }

    /// <summary>"0 7 note" is saved, and the page has started without that, in another document.</summary>
    private async Task<OrdinaryPage> WithoutItsEngineAsync()
    {
        var page = await OpenWithoutDialogAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.TypeAsync("text", "note", shown: "note");
        await page.HasTextAsync("kept", "0 7 note");
        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.ReloadAsync();
        await page.HasTextAsync("status", "Error");
        await page.HasTextAsync("price", "100");
        await page.HasGivenFocusAsync();
        return page;
    }
}
