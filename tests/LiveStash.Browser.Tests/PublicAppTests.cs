using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Pages in the shapes of public apps that lost their state with LiveStash once, without a change for it.</summary>
public sealed class PublicAppTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    /// <summary>As BlazingPizza has it: a scoped service, and a dialog that changes what is in it.</summary>
    [Fact]
    public async Task Pizzas_DialogOfAScopedServiceIsOpenThenLost_IsOpenAsItWas()
    {
        var page = await OpenAsync("/pizzas");
        await page.ClickAsync("margherita");
        await page.Page.Locator("#size").FillAsync("15");
        await page.Page.Locator("#topping").SelectOptionAsync("basil");
        await page.HasTextAsync("configured", "15 basil");

        await LoseAsync(page);

        await page.HasTextAsync("configured", "15 basil");
        await page.HasValueAsync("size", "15");
        await page.Page.Locator("#topping").SelectOptionAsync("olives");
        await page.HasTextAsync("configured", "15 basil,olives");
        await page.ClickAsync("order");
        await page.ShowsAsync("Margherita 15 basil,olives");

        await LoseAsync(page);

        await page.ShowsAsync("Margherita 15 basil,olives");
        await Assertions.Expect(page.Page.Locator(".dialog")).ToHaveCountAsync(0);
    }

    /// <summary>As AppStateServer has it: a component around the pages, with its code in another file, that renders when it is set.</summary>
    [Fact]
    public async Task AppState_CascadingComponentSetByAPageThenLost_EachPageHasIt()
    {
        var page = await OpenAsync("/app-state");
        await page.TypeAsync("message", "hello", shown: "hello 0");
        await page.ClickAsync("count");
        await page.ShowsAsync("hello 1");

        await LoseAsync(page);

        await page.ShowsAsync("hello 1");
        await page.FollowAsync("Other page of the state");
        await page.HasHeadingAsync("App state other");
        await page.ShowsAsync("hello 1");
        await page.ClickAsync("count");
        await page.ShowsAsync("hello 2");
        await page.ReloadAsync();
        await page.ShowsAsync("hello 2");
    }

    /// <summary>As ManufacturerManagerWithMudBlazor has it: an entity of EF Core that a page loads, edits and stores.</summary>
    [Fact]
    public async Task Article_EntityEditedInMudBlazorThenLost_EditsWinOverWhatIsLoadedAndAreStored()
    {
        var page = await OpenAsync("/articles/7");
        await page.HasGivenFocusAsync();
        await page.ShowsAsync("Article 7|100|Acme");
        await page.HasSetUpAsync();
        var name = page.Page.GetByLabel("Name");
        await name.FillAsync("Anvil");
        await name.BlurAsync();
        await page.ShowsAsync("Anvil|100|Acme");
        await page.Page.Locator(".mud-input-control.mud-select").ClickAsync();
        await page.Page.Locator(".mud-popover-open .mud-list-item", new() { HasText = "Globex" }).ClickAsync();
        await page.ShowsAsync("Anvil|100|Globex");

        await LoseAsync(page);

        await page.ShowsAsync("Anvil|100|Globex");
        await page.HasTextAsync("stored", "Article 7|100|1");
        await page.HasSetUpAsync();
        await page.Page.GetByLabel("Price").FillAsync("250");
        await page.Page.GetByLabel("Price").BlurAsync();
        await page.ShowsAsync("Anvil|250|Globex");
        await page.ClickAsync("save");
        await page.HasTextAsync("stored", "Anvil|250|2");
    }
}
