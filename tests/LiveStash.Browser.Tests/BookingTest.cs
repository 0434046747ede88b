using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A test with the form that has a field of every kind.</summary>
public abstract class BookingTest(OrdinaryAppServer shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output)
{
    /// <summary>Without the app's dialog, which covers the page while it is without its connection.</summary>
    private protected async Task<OrdinaryPage> OpenWithoutDialogAsync(string path)
    {
        var page = await NewTabWithoutDialogAsync();
        await page.OpenAsync(path);
        await page.HasGivenFocusAsync();
        return page;
    }

    /// <summary>The same, with nothing opened yet.</summary>
    private protected async Task<OrdinaryPage> NewTabWithoutDialogAsync()
    {
        var visitor = await NewVisitorAsync(OrdinaryPage.Recorder, "addEventListener('DOMContentLoaded', () => document.getElementById('components-reconnect-modal')?.remove());");
        return new(visitor.Page, () => Link.Address);
    }

    /// <summary>Opens a page, which takes the focus from nobody any more.</summary>
    private protected override async Task<OrdinaryPage> OpenAsync(string path)
    {
        var page = await base.OpenAsync(path);
        await page.HasGivenFocusAsync();
        return page;
    }

    private protected static async Task EnterAllAsync(OrdinaryPage page)
    {
        await page.Page.GetByLabel("Name").FillAsync("Ada");
        await page.Page.GetByLabel("Mail").FillAsync("ada@example.org");
        await page.Page.GetByLabel("Note").FillAsync("one\ntwo");
        await page.Page.GetByLabel("Size").SelectOptionAsync("large");
        await page.Page.GetByLabel("Express").CheckAsync();
        await page.Page.GetByLabel("Green").CheckAsync();
        await page.Page.GetByLabel("Blue").CheckAsync();
        await page.Page.GetByLabel("Day").FillAsync("2031-02-03");
        await page.Page.GetByLabel("Search").FillAsync("abc");
        await page.Page.GetByLabel("Search").BlurAsync();
    }

    private protected static async Task HasAllAsync(OrdinaryPage page)
    {
        await page.ShowsAsync("Ada|ada@example.org|one two|large|True|blue|2031-02-03|abc");
        await Assertions.Expect(page.Page.GetByLabel("Note")).ToHaveValueAsync("one\ntwo");
        await page.ClickAsync("book");
        await page.HasTextAsync("booked", "1");
    }

    /// <summary>Has a script of the page's own write what is typed in capitals.</summary>
    private protected static Task MaskAsync(OrdinaryPage page, string label) =>
        page.Page.GetByLabel(label).EvaluateAsync("field => field.addEventListener('input', () => { field.value = field.value.toUpperCase(); })");

    private protected async Task<OrdinaryPage> OpenOverAsync(int roundTrip, string path)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip > 1000 ? 0 : roundTrip);
        var page = await OpenWithoutDialogAsync(path);
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        return page;
    }
}
