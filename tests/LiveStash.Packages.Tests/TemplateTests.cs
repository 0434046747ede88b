using LiveStash.Packages.Tests.Hosting;
using Microsoft.Playwright;

namespace LiveStash.Packages.Tests;

/// <summary>What <c>dotnet new livestash-blazor</c> makes.</summary>
[Collection(NewAppsCollection.Name)]
public sealed class TemplateTests(NewApps apps)
{
    [Theory]
    [MemberData(nameof(NewApps.Hosting), MemberType = typeof(NewApps))]
    public async Task App_OfEachHosting_BuildsWithoutAWarningAndServesItsPage(string hosting)
    {
        Assert.Empty(apps.Findings(apps[hosting]));
        await using var web = new RunningApp(apps[hosting], "/");
        await using var silo = hosting == "apart" ? new RunningApp(apps["apart.Silo"], "") : null;
        if (silo is not null)
        {
            Assert.Empty(apps.Findings(apps["apart.Silo"]));
            await silo.StartAsync();
        }

        Assert.Contains("<h1>Order</h1>", await web.StartAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_ServerKilledAndStarted_IsThereAndCanBeSent()
    {
        await using var web = new RunningApp(apps["embedded"], "/");
        await web.StartAsync();
        await using var context = await apps.Chromium.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(web.Address.ToString());

        // A field that was only prerendered has its value in an attribute.
        await Assertions.Expect(page.Locator("#pieces:not([value])")).ToBeVisibleAsync();
        await page.FillAsync("#name", "Ada");
        await page.FillAsync("#pieces", "3");
        await page.Locator("#pieces").BlurAsync();
        await Assertions.Expect(page.Locator("#pieces")).ToContainClassAsync("modified");
        await page.EvaluateAsync("window.before = true");

        await web.KillAsync();
        await web.StartAsync();

        await page.WaitForFunctionAsync("() => !window.before");
        await Assertions.Expect(page.Locator("#pieces")).ToHaveValueAsync("3");
        await page.FillAsync("#city", "Paris");
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("3 for Ada in Paris.");
    }
}
