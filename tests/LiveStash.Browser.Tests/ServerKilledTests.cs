using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

public sealed class ServerKilledTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
{
    [Theory]
    [EngineData(EngineKind.OutlivesServer, "prerender=1", "prerender=0", "scope=tab", "scope=tab&prerender=0")]
    public async Task Restart_EngineOutlivesServer_StateIsBackWithoutAClickOrAFlash(string engine, string query)
    {
        var page = await StartAsync(engine, $"counter?{query}");
        await page.CountToAsync(7);
        await Server.KillAsync();
        await Server.StartAsync();

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
        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }
}
