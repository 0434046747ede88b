using LiveStash.Browser.Tests.Browsing;
using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Pages;

/// <summary>What a visitor does on the order form.</summary>
internal static class OrderForm
{
    public static async Task FillHalfAsync(this StashPage page)
    {
        await page.TypeAsync("Name", "Ida Lindqvist");
        await page.TypeAsync("E-mail", "ida@example.com");
        await page.ClickAsync("Next");

        // A round trip after it is there the heading gets the focus, also from a field that is being filled.
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Where does it go?" })).ToBeFocusedAsync();
        await page.TypeAsync("Street and number", "Östergatan 12");

        // "Saved" was also true before the server heard of the choice: the sum is its answer.
        await page.ChooseAsync("Express", "14.50");
        await Assertions.Expect(page.Page.Locator(".save-sign")).ToHaveAttributeAsync("data-state", "saved");
    }

    /// <summary>Fills a field, leaves it, and waits until the page was told that it is saved.</summary>
    public static async Task TypeAsync(this StashPage page, string label, string text)
    {
        var before = await page.SavedAsync();
        await page.Page.GetByLabel(label).FillAsync(text);
        await page.Page.GetByLabel(label).BlurAsync();
        await Assertions.Expect(page.Stash).Not.ToHaveAttributeAsync("data-stash-saved", before);
    }

    /// <summary>Chooses a delivery and waits until the page has its price.</summary>
    public static async Task ChooseAsync(this StashPage page, string delivery, string price)
    {
        await page.Page.GetByLabel(delivery).CheckAsync();
        await Assertions.Expect(page.Page.Locator(".sums")).ToContainTextAsync(price);
    }

    /// <summary>Accepts the terms or not, and waits until that is saved.</summary>
    public static async Task TickAsync(this StashPage page, bool accept)
    {
        var before = await page.SavedAsync();
        await page.Page.GetByLabel("I accept the terms of sale.").SetCheckedAsync(accept);
        await Assertions.Expect(page.Stash).Not.ToHaveAttributeAsync("data-stash-saved", before);
    }

    public static async Task IsHalfFilledAsync(this StashPage page)
    {
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await Assertions.Expect(page.Page.Locator("[aria-current=step]")).ToHaveTextAsync("Delivery");
        await Assertions.Expect(page.Page.GetByLabel("Street and number")).ToHaveValueAsync("Östergatan 12");
        await Assertions.Expect(page.Page.GetByLabel("Express")).ToBeCheckedAsync();
        await Assertions.Expect(page.Page.GetByLabel("City")).ToHaveValueAsync("");
        await page.ClickAsync("Back");
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("Ida Lindqvist");
        await Assertions.Expect(page.Page.GetByLabel("E-mail")).ToHaveValueAsync("ida@example.com");
    }
}
