using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Forms of component libraries, as their packages come.</summary>
public sealed class ComponentLibraryTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    [Fact]
    public async Task MudBlazor_FormFilledThenLost_IsFilled()
    {
        var page = await OpenAsync("/mud");
        await page.HasGivenFocusAsync();
        await page.Page.GetByLabel("Name").FillAsync("Ada");
        await page.Page.GetByLabel("Name").BlurAsync();
        await page.Page.Locator(".mud-input-control.mud-select").ClickAsync();
        await page.Page.Locator(".mud-popover-open .mud-list-item", new() { HasText = "large" }).ClickAsync();
        await page.Page.GetByLabel("Express").CheckAsync();
        await page.ShowsAsync("Ada|large|True");

        await LoseAsync(page);

        await page.ShowsAsync("Ada|large|True");
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("Ada");
        await Assertions.Expect(page.Page.GetByLabel("Express")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task FluentUI_FormFilledThenLost_IsFilled()
    {
        var page = await OpenAsync("/fluent");
        await page.HasGivenFocusAsync();
        await page.HasSetUpAsync();
        var inputs = page.Page.Locator("fluent-text-input input");
        await inputs.Nth(0).FillAsync("Ada");
        await inputs.Nth(1).FillAsync("London");
        await inputs.Nth(1).BlurAsync();
        await page.Page.Locator("fluent-checkbox").ClickAsync();
        await page.ShowsAsync("Ada|London|True");

        await LoseAsync(page);

        await page.ShowsAsync("Ada|London|True");
        await Assertions.Expect(inputs.Nth(0)).ToHaveValueAsync("Ada");
    }
}
