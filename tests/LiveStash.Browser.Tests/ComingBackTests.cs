using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The page brings itself back, whatever its server did.</summary>
public sealed class ComingBackTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
{
    private const string Negotiation = "**/_blazor/negotiate**";

    private const string AddDialog =
        """
        addEventListener('DOMContentLoaded', () => {
          const dialog = document.createElement('dialog');
          dialog.id = 'components-reconnect-modal';
          document.body.append(dialog);
        });
        """;

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_ServerKilledTwice_StateIsBackEachTime(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(2);

        for (var value = 2; value < 4; value++)
        {
            var document = await page.DocumentAsync();
            await Server.KillAsync();
            await Server.StartAsync();
            await page.IsAnotherDocumentAsync(document);
            await page.HasStatusAsync(StashPageStatus.Recovered);
            await page.CountsOnFromAsync(value);
        }
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Start_FirstNegotiationsFail_PageComesAliveByItself(string engine)
    {
        await StartServerAsync(engine);
        var page = await NewVisitorAsync();
        var failures = 0;
        await page.Page.RouteAsync(Negotiation, route => ++failures <= 3 ? route.AbortAsync("connectionrefused") : route.ContinueAsync());

        await page.OpenAsync(PathOf("counter", engine));

        Assert.Equal(4, failures);
        await page.HasStatusAsync(StashPageStatus.New);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any, "prerender=1", "prerender=0")]
    public async Task Start_ServerKilledRightAfterTheHtml_PageComesAliveByItself(string engine, string query)
    {
        await StartServerAsync(engine);
        var page = await NewVisitorAsync();
        var killed = new TaskCompletionSource();
        await page.Page.RouteAsync(Negotiation, async route =>
        {
            if (!killed.Task.IsCompleted)
            {
                await Server.KillAsync();
                killed.SetResult();
            }

            await route.ContinueAsync();
        });

        await page.Page.GotoAsync(new Uri(Server.Address, PathOf($"counter?{query}", engine)).ToString());
        await killed.Task;
        await Server.StartAsync();

        await page.IsInteractiveAsync();
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Dialog_OfTheAppAndConnectionLost_IsShownAndHiddenAgain(string engine)
    {
        await StartServerAsync(engine);
        var page = await NewVisitorAsync(AddDialog);
        await page.OpenAsync(PathOf("counter", engine));
        await page.CountToAsync(3);

        await page.LoseConnectionAsync();
        await page.CountsOnFromAsync(3);

        var states = await page.DialogStatesAsync();
        Assert.Contains(states, state => state.Split(' ').Contains("components-reconnect-show"));
        Assert.Equal("components-reconnect-hide", states[^1]);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Dialog_OfTheAppAndServerKilled_IsShownAndThePageComesBackByItself(string engine)
    {
        await StartServerAsync(engine);
        var page = await NewVisitorAsync(AddDialog);
        await page.OpenAsync(PathOf("counter", engine));
        await page.CountToAsync(3);

        await Server.KillAsync();
        await page.Page.Locator("#components-reconnect-modal.components-reconnect-show").WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Notice_AppHasNoDialogAndServerIsAway_IsShownAndGoesWithTheOutage(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(3);
        var notice = page.Page.GetByText("Reconnecting");

        await Server.KillAsync();
        await notice.WaitForAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        Assert.Equal(0, await notice.CountAsync());
    }
}
