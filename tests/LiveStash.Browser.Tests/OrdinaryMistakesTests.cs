using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Pages of ordinary apps that have mistakes of their own.</summary>
public sealed class OrdinaryMistakesTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    [Theory]
    [InlineData("throw", "2")]
    [InlineData("both", "3")]
    public async Task Throw_HandlerThrowsAndTheUserReloads_WhatWasSavedIsThere(string button, string shown)
    {
        var page = await OpenAsync("/throw");
        await page.ClickAsync("add");
        await page.ClickAsync("add");
        await page.ShowsAsync("2");
        var circuit = await page.CircuitAsync();

        await page.ClickAsync(button);
        await page.ShowsErrorAsync();
        await page.Page.Locator("#blazor-error-ui .reload").ClickAsync();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.ShowsAsync(shown);
        await page.ClickAsync("add");
        await page.ReloadAsync();
        await page.ShowsAsync("0");
    }

    [Fact]
    public async Task Poison_SavedValueMakesRenderingThrow_ThePageStartsWithoutItAfterTwoFailures()
    {
        var page = await OpenAsync("/poison");
        await page.ClickAsync("last");
        await page.ShowsAsync("second");
        await page.ClickAsync("beyond");
        await page.ShowsErrorAsync();

        // Two die of it, the second perhaps by itself: a page whose circuit has ended also comes back without being asked.
        var reloads = 0;
        do
        {
            Assert.True(++reloads <= 3, "The page is locked out.");
            await page.Page.ReloadAsync();
            await Assertions.Expect(page.Page.Locator("#blazor-error-ui:visible, [data-circuit]").First).ToBeAttachedAsync();
        }
        while (await page.Page.Locator("[data-circuit]").CountAsync() == 0);

        await page.ShowsAsync("first");
        await page.ClickAsync("last");
        await page.ShowsAsync("second");
        await page.ReloadAsync();
        await page.ShowsAsync("second");
    }

    [Fact]
    public async Task NaN_PropertyBecomesIt_ThePageWorksAndBothComeBack()
    {
        var page = await OpenAsync("/nan");
        await page.ClickAsync("divide");
        await page.ShowsAsync("NaN");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "2");

        await LoseAsync(page);

        await page.ShowsAsync("NaN");
        await page.HasTextAsync("count", "2");
    }

    [Fact]
    public async Task Cycle_EntityKnowsItself_ThePageWorksTheOtherPropertyIsSavedAndOneLineSaysWhatToDo()
    {
        var page = await OpenAsync("/cycle");
        var mark = Log.Mark;
        await page.ClickAsync("load");
        await page.ShowsAsync("Ada");
        await page.ClickAsync("add");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "2");

        await LoseAsync(page);

        await page.HasTextAsync("count", "2");
        await page.HasTextAsync("order", "");
        Assert.Contains("Cycle.Order cannot be serialized", Assert.Single(await ProblemsAsync(mark)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cycle_UntiedLater_IsSavedThen()
    {
        var page = await OpenAsync("/cycle");
        await page.ClickAsync("load");
        await page.ShowsAsync("Ada");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
        await page.ClickAsync("untie");
        await page.HasTextAsync("order", "8");

        await LoseAsync(page);

        await page.HasTextAsync("order", "8");
    }

    [Fact]
    public async Task Large_ValueOverTheLimitAndASaveSign_OneAttemptAndTheRestIsSaved()
    {
        var page = await OpenAsync("/large");
        await page.ClickAsync("add");
        await page.HasTextAsync("sign", "Ok");

        await page.ClickAsync("fill");
        await page.HasTextAsync("sign", "TooLarge");
        var attempts = await page.Page.Locator("#attempts").TextContentAsync();
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "2");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "3");

        // Two clicks, two attempts more; each shows itself, and showing one is no reason for another.
        await page.HasTextAsync("attempts", $"{int.Parse(attempts!) + 2}");
        await LoseAsync(page);
        await page.HasTextAsync("count", "3");
        await page.HasTextAsync("size", "0");
    }

    [Fact]
    public async Task Large_ShrunkAgain_IsSaved()
    {
        var page = await OpenAsync("/large");
        await page.ClickAsync("fill");
        await page.HasTextAsync("sign", "TooLarge");
        await page.ClickAsync("shrink");
        await page.HasTextAsync("sign", "Ok");

        await LoseAsync(page);

        await page.HasTextAsync("size", "5");
    }

    [Theory]
    [InlineData("throw")]
    [InlineData("both")]
    public async Task Boundary_ChildThrowsAndTheUserRecovers_ItsTextOfBeforeTheFailureIsThere(string button)
    {
        var page = await OpenAsync("/boundary");
        await page.TypeAsync("text", "kept", shown: "kept");

        await page.ClickAsync(button);
        await page.HasTextAsync("failed", "That went wrong.");
        await page.ClickAsync("recover");

        await page.ShowsAsync("kept");
        await page.TypeAsync("text", "more", shown: "more");
        await LoseAsync(page);
        await page.ShowsAsync("more");
    }

    [Fact]
    public async Task Boundary_LostWhileItShowsTheError_TheTextIsThere()
    {
        var page = await OpenAsync("/boundary");
        await page.TypeAsync("text", "kept", shown: "kept");
        await page.ClickAsync("throw");
        await page.HasTextAsync("failed", "That went wrong.");

        await LoseAsync(page);

        await page.ShowsAsync("kept");
    }

    [Fact]
    public async Task Dialogs_NextOneOpensWhileTheOneBeforeCloses_TheCircuitLives()
    {
        var page = await OpenAsync("/dialogs");
        var mark = Log.Mark;
        await page.ClickAsync("open");
        await page.Page.Locator("#dialog-1 input").FillAsync("first");
        await page.ClickAsync("next");
        await Assertions.Expect(page.Page.Locator(".dialog")).ToHaveCountAsync(1);
        await page.Page.Locator("#dialog-2 input").FillAsync("second");
        await page.Page.Locator("#dialog-2 input").BlurAsync();

        await page.HasTextAsync("dialog-2", "2:second");
        Assert.Empty(await ServerProblemsAsync(mark));
    }

    [Fact]
    public async Task Query_PropertyIsSuppliedFromTheAddress_IsRefusedWithTheFix()
    {
        var mark = Log.Mark;

        var (status, _) = await Server.GetAsync("/query?term=x");

        Assert.Equal(500, status);
        await LogsAsync(mark, "Query.Term is a parameter: [SupplyParameterFromQuery] decides its value. Remove [Stash]");
    }

    [Fact]
    public async Task Unreadable_PropertyOfAnInterface_IsNamedInTheLogAndTheOtherIsKept()
    {
        var page = await OpenAsync("/unreadable");
        await page.ClickAsync("set");
        await page.ShowsAsync("3 three");

        await LoseAsync(page);

        await page.ShowsAsync("three");
        await LogsAsync(since: 0, "Unreadable.Lowest is not kept");
    }
}
