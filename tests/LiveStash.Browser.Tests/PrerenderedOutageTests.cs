using System.Text.RegularExpressions;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Where the server has not got what was saved when it renders a page, the page is marked until its circuit has.</summary>
public sealed partial class PrerenderedOutageTests(HoldingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<HoldingApp>
{
    [Fact]
    public async Task Reload_EngineCannotBeReached_TheInitialValueIsMarkedFromTheFirstPaintUntilTheSavedOneIsThere()
    {
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder, FirstValues.Recorder)).Page, () => Link.Address);
        await page.OpenAsync("/note");
        await page.TypeAsync("text", "milk", shown: "milk");
        await page.HasNothingUnsentAsync();

        // As the app's head would have it.
        var line = LineForTheHead().Match(await File.ReadAllTextAsync(HostBuild.ReadmeOfTheAdapter)).Value;
        Assert.NotEmpty(line);
        await page.Page.RouteAsync("**/note", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("<head>", $"<head>{line}", StringComparison.Ordinal) });
        });
        await Server.PostAsync("/engine/off");
        await page.Page.ReloadAsync();
        await page.IsMarkedAsync(true);
        await UntilAsync(async () => await page.Page.Locator("body > [inert]").CountAsync() > 0);
        await Server.PostAsync("/engine/on");

        await page.ShowsAsync("milk");
        await page.IsMarkedAsync(false);
        Assert.Equal(["", "milk"], await page.ValuesAsync());
        Assert.True((await page.MarkedAsync())[0]);
    }

    [Fact]
    public async Task Open_OfAPageThatWasNeverThere_IsNotMarked()
    {
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder, FirstValues.Recorder)).Page, () => Link.Address);
        await page.OpenAsync("/note");
        Assert.False(Assert.Single(await page.MarkedAsync()));
    }

    [GeneratedRegex("<script>if .*livestash.*</script>")]
    private static partial Regex LineForTheHead();
}
