using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Pages;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The page brings itself back, whatever its server did.</summary>
public sealed class ComingBackTests(ChromiumFixture chromium, ITestOutputHelper output) : OwnServerTest(chromium, output)
{
    [Theory]
    [EngineData(EngineKind.OutlivesServer, "prerender=1", "prerender=0", "scope=tab", "scope=tab&prerender=0")]
    public async Task Restart_EngineOutlivesServer_StateIsBackWithoutAClickOrAFlash(string engine, string query)
    {
        var page = await StartAsync(engine, $"counter?{query}");
        await page.CountToAsync(7);

        await RestartServerAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasValueAsync(7);
        Assert.All(await page.RendersAsync(), render => Assert.Equal("7", render.Value));
        await page.CountsOnFromAsync(7);
    }

    [Theory]
    [EngineData(EngineKind.GoesWithServer, "scope=reconnect", "scope=tab", "scope=tab&prerender=0")]
    public async Task Restart_StateWentWithServer_PageIsBackWithNotFoundAndWorks(string engine, string query)
    {
        var page = await StartAsync(engine, $"counter?{query}");
        await page.CountToAsync(7);

        await RestartServerAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any, "prerender=1", "prerender=0")]
    public async Task Start_ServerKilledRightAfterTheHtml_PageComesAliveByItself(string engine, string query)
    {
        await StartServerAsync(engine);
        var page = await NewVisitorAsync();
        var killed = new TaskCompletionSource();
        await page.Page.RouteAsync("**/LiveStash.Blazor*.lib.module.js", async route =>
        {
            // The last file of a page, and the connection comes next.
            var script = await route.FetchAsync();
            if (!killed.Task.IsCompleted)
            {
                await Server.KillAsync();
                killed.SetResult();
            }

            await route.FulfillAsync(new() { Response = script });
        });

        await page.Page.GotoAsync(new Uri(Server.Address, PathOf($"counter?{query}", engine)).ToString());
        await killed.Task;
        await Server.StartAsync();

        await page.IsInteractiveAsync();
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Outage_WithAndWithoutADialogOfTheApp_DialogOrNoticeIsShownAndGoesWithTheOutage(string engine)
    {
        await StartServerAsync(engine);
        var (withDialog, without) = (await NewVisitorAsync(AppDialog.Script), await NewVisitorAsync());
        var notice = without.Page.GetByText("Reconnecting");
        foreach (var page in new[] { withDialog, without })
        {
            await page.OpenAsync(PathOf("counter", engine));
            await page.CountToAsync(3);
        }

        await Server.KillAsync();
        await withDialog.Page.Locator("#components-reconnect-modal.components-reconnect-show").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await notice.WaitForAsync();
        await Server.StartAsync();

        foreach (var page in new[] { withDialog, without })
        {
            await page.HasStatusAsync(StashPageStatus.Recovered);
            await page.CountsOnFromAsync(3);
        }

        Assert.Equal(0, await notice.CountAsync());
    }
}
