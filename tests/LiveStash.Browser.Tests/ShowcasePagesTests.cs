using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Browser.Tests.Pages;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The pages that are closest to an app.</summary>
[Collection(nameof(Visits))]
public sealed class ShowcasePagesTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task OrderForm_SecondStepHalfFilledAndReloaded_IsBackAsItWas(string engine)
    {
        var page = await OpenAsync(engine, "form");
        await page.FillHalfAsync();

        await page.ReloadAsync();

        await page.IsHalfFilledAsync();
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task OrderForm_OrderPlacedAndReloaded_IsEmpty(string engine)
    {
        var page = await OpenAsync(engine, "form");
        await page.FillHalfAsync();
        await page.TypeAsync("Postal code", "211 20");
        await page.TypeAsync("City", "Malmö");
        await page.ClickAsync("Next");
        await page.TickAsync(true);
        await page.ClickAsync("Place order");
        await page.Page.Locator(".order-number").WaitForAsync();
        await page.HasSavedAsync("");

        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("");
    }
}
