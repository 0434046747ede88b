using System.Text.RegularExpressions;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Circuits.Tabs;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Tabs without a browser, which load tests are made of: they have to see what a browser sees, and come back as it does.</summary>
public sealed class CircuitsTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    [Fact]
    public async Task Clicks_ListIsChangedInEveryWay_ShowsWhatABrowserShows()
    {
        var page = await OpenAsync("/shuffled");
        await using var tab = await OpenTabAsync("/shuffled");
        var random = new Random(7);

        foreach (var id in random.GetItems<string>(["turn", "rotate", "insert", "insert", "drop"], 40))
        {
            await page.ClickAsync(id);
            await tab.ClickAsync(id);
        }

        // Markup is a text to the one and elements to the other.
        await UntilAsync(async () => Shape(await page.Page.Locator("#shown").InnerHTMLAsync()) == Shape(tab.Look(static screen => screen.Text("shown"))!));
        Assert.Equal(await page.Page.Locator("#shown").GetAttributeAsync("title"), tab.Look(static screen => screen.Attribute("shown", "title")));
    }

    [Fact]
    public async Task Connection_LostForGood_ThePageIsLoadedAgainWithWhatWasTyped()
    {
        await using var tab = await OpenTabAsync("/checkout");
        await tab.ChangeAsync("city", "Paris");
        await UntilAsync(() => Task.FromResult(tab.Look(static screen => screen.Attribute("city", "class"))?.Contains("modified", StringComparison.Ordinal) == true));

        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();

        await UntilAsync(() => Task.FromResult(tab.Loads == 2 && tab.Look(static screen => screen.Text("shown")) == ", Paris"));
    }

    [Fact]
    public async Task Reload_ByTheUser_StartsAnew()
    {
        await using var tab = await OpenTabAsync("/checkout");
        await tab.ChangeAsync("city", "Paris");

        await tab.ReloadAsync();

        await UntilAsync(() => Task.FromResult(tab.Look(static screen => screen.Text("shown")) == ", "));
    }

    private static string Shape(string html) => Regex.Replace(html, @"<!--.*?-->|</?span>|\s", "");

    private async Task<Tab> OpenTabAsync(string path)
    {
        var tab = new Tab([Link.Address], path);
        await tab.OpenAsync();
        await UntilAsync(() => Task.FromResult(tab.Look(static screen => screen.Text("shown")) is not null));
        return tab;
    }
}
