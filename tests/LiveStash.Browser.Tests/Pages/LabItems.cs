using LiveStash.Browser.Tests.Browsing;
using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Pages;

/// <summary>The list of components on the lab page.</summary>
internal static class LabItems
{
    public static async Task AddThirdItemAsync(this StashPage page)
    {
        var writes = await page.WritesAsync();
        await page.ClickAsync("Add Item");
        await page.ItemHasAsync(3, "0");
        await page.HasWritesAsync(writes + 1);
    }

    public static async Task CountItemAsync(this StashPage page, int item, int to)
    {
        for (var value = 1; value <= to; value++)
        {
            var writes = await page.WritesAsync();
            await page.ClickAsync($"Increment item {item}");
            await page.ItemHasAsync(item, $"{value}");
            await page.HasWritesAsync(writes + 1);
        }
    }

    public static Task ItemHasAsync(this StashPage page, int item, string value) =>
        Assertions.Expect(page.Page.Locator($".item-value[data-key='{item}']")).ToHaveTextAsync(value);
}
