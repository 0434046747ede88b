using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>An engine answers when its page has started without it, and somebody types there.</summary>
public sealed class LateAnswerTests(UnsteadyApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<UnsteadyApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Text_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved(int roundTrip)
    {
        var page = await WithoutItsEngineAsync(roundTrip);
        await page.Page.Locator("#text").PressSequentiallyAsync("mi");
        await Server.PostAsync("/engine/on");
        await page.HasTextAsync("price", "7");

        await page.HasValueAsync("text", "mi");
        await page.Page.Keyboard.TypeAsync("lk");
        await page.HasValueAsync("text", "milk");
        await page.Page.Locator("#text").BlurAsync();

        await page.ShowsAsync("milk");
        await page.HasTextAsync("kept", "0 7 milk");
        await LoseAsync(page);
        await page.ShowsAsync("milk");
    }

    /// <summary>What the server renders then is older than what it is about to get, and comes after it.</summary>
    [Fact]
    public async Task Text_EnteredWhileTheAnswerIsOnItsWay_IsWhatThePageShows()
    {
        var page = await WithoutItsEngineAsync(1500);
        var before = await AnswersAsync();
        await Server.PostAsync("/engine/on");
        await UntilAsync(async () => await AnswersAsync() > before);
        await page.Page.Locator("#text").FillAsync("milk");
        await page.Page.Locator("#text").BlurAsync();
        await page.HasTextAsync("price", "100");

        await page.HasTextAsync("price", "7");
        await page.ShowsAsync("milk");
        await page.HasTextAsync("kept", "0 7 milk");
        await page.HasValueAsync("text", "milk");
    }

    /// <summary>The model is another one then, and the form is made anew with all its fields.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Form_HalfTypedWhenTheEngineAnswers_TheFieldStaysAndTheOthersCome(int roundTrip)
    {
        var page = await WithoutItsAddressAsync(roundTrip);
        await page.Page.Locator("#city").PressSequentiallyAsync("Lon");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync("Ada, Paris");

        await page.HasValueAsync("city", "Lon");
        await page.Page.Keyboard.TypeAsync("-");
        await page.HasValueAsync("city", "Lo-n");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("save");
        await page.ShowsAsync("Ada, Lo-n");
        await page.HasNothingUnsentAsync();
        await LoseAsync(page);
        await page.ShowsAsync("Ada, Lo-n");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Form_OneFieldIsEnteredAndOneHalfTypedWhenTheEngineAnswers_BothStayAndAreSaved(int roundTrip)
    {
        var page = await WithoutItsAddressAsync(roundTrip);
        await page.Page.Locator("#name").FillAsync("Bob");
        await page.Page.Locator("#city").PressSequentiallyAsync("Lon");
        await page.IsModifiedAsync("name");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync("Bob, Paris");

        await page.HasValueAsync("city", "Lon");
        await page.Page.Keyboard.TypeAsync("don");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("save");
        await page.ShowsAsync("Bob, London");
        await page.HasNothingUnsentAsync();
        await LoseAsync(page);
        await page.ShowsAsync("Bob, London");
    }

    /// <summary>"Ada, Paris" is saved, and the page has started without that.</summary>
    private async Task<OrdinaryPage> WithoutItsAddressAsync(int roundTrip)
    {
        var page = await OpenAsync("/checkout");
        await page.HasGivenFocusAsync();
        await page.Page.Locator("#name").FillAsync("Ada");
        await page.TypeAsync("city", "Paris");
        await page.ClickAsync("save");
        await page.ShowsAsync("Ada, Paris");
        await page.HasNothingUnsentAsync();
        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.ShowsAsync(", ");
        await page.HasGivenFocusAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        return page;
    }

    /// <summary>"0 7 note" is saved, and the page has started without that.</summary>
    private async Task<OrdinaryPage> WithoutItsEngineAsync(int roundTrip)
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.TypeAsync("text", "note", shown: "note");
        await page.HasTextAsync("kept", "0 7 note");
        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.HasTextAsync("status", "Error");
        await page.HasTextAsync("price", "100");
        await page.HasGivenFocusAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        return page;
    }

    private async Task<int> AnswersAsync() => int.Parse((await Server.GetAsync("/engine/answers")).Text, CultureInfo.InvariantCulture);
}
