using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Pages that come back while their engine cannot be reached, and start without it after a second.</summary>
public sealed class OrdinaryOutageTests(UnsteadyApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<UnsteadyApp>
{
    [Fact]
    public async Task Outage_ClickWhileTheStatusIsError_NothingAcknowledgedIsOverwritten()
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        for (var i = 0; i < 20; i++)
        {
            await page.ClickAsync("add");
        }

        await page.HasTextAsync("count", "20");
        await page.TypeAsync("text", "note", shown: "note");
        await page.HasTextAsync("kept", "20 7 note");

        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.HasTextAsync("status", "Error");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
        await Server.PostAsync("/engine/on");

        await page.ShowsAsync("note");
        await page.HasTextAsync("price", "7");
        await page.HasTextAsync("count", "1");
        await page.HasTextAsync("saved", "20");
        await page.HasTextAsync("kept", "1 7 note");
        await LoseAsync(page);
        await page.ShowsAsync("note");
        await page.HasTextAsync("price", "7");
        await page.HasTextAsync("count", "1");
    }

    /// <summary>What the page saves then would be under an id of its own, of which the engine knows nothing when the page is lost.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Outage_IsOverForAMomentAndThePageIsLost_WhatWasAcknowledgedIsThere(int roundTrip)
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.ClickAsync("add");
        await page.ClickAsync("add");
        await page.HasTextAsync("kept", "2 7");
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);

        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.HasTextAsync("status", "Error");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
        await AnswerAsync(delay: 1900);
        await page.HasTextAsync("price", "7");
        await page.HasTextAsync("saved", "2");
        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await Server.PostAsync("/engine/on");

        await page.HasTextAsync("price", "7");
        await page.HasTextAsync("count", "2");
        await page.HasTextAsync("status", "Recovered");
    }

    /// <summary>With each change of the page it is asked whether what was typed is saved.</summary>
    [Fact]
    public async Task Outage_MuchIsTyped_TheEngineIsNotAskedEverMore()
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.HasTextAsync("kept", "0 7");
        await Server.PostAsync("/engine/off");
        await page.ClickAsync("add");
        for (var i = 0; i < 25; i++)
        {
            await page.Page.Locator("#text").PressSequentiallyAsync("x");
            await Task.Delay(300);
        }

        var before = await FailuresAsync();
        await Task.Delay(15_000);

        // One question each 5 s, and the retries.
        Assert.InRange(await FailuresAsync() - before, 1, 12);

        async Task<int> FailuresAsync() => int.Parse((await Server.GetAsync("/engine")).Text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Outage_NothingTouchedMeanwhile_EverythingComesAndTheDefaultsOverwriteNothing()
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.HasTextAsync("kept", "0 7");

        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.HasTextAsync("status", "Error");
        await page.HasTextAsync("price", "100");
        await Server.PostAsync("/engine/on");

        await page.HasTextAsync("price", "7");
        await page.HasTextAsync("status", "Recovered");
    }
}
