using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

public sealed class ServerKilledTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
{
    [Theory]
    [EngineData(EngineKind.OutlivesServer, "prerender=1", "prerender=0", "scope=tab", "scope=tab&prerender=0", Script = BlazorScript.Net10)]
    [EngineData(EngineKind.OutlivesServer, "prerender=1", "prerender=0", "scope=tab", "scope=tab&prerender=0", Script = BlazorScript.Net9)]
    public async Task Restart_EngineOutlivesServer_StateIsBackWithoutAClickOrAFlash(string engine, BlazorScript script, string query)
    {
        var page = await StartAsync(engine, $"counter?{query}", script);
        await page.CountToAsync(7);
        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasValueAsync(7);
        Assert.All(await page.RendersAsync(), render => Assert.Equal("7", render.Value));
        await page.CountsOnFromAsync(7);
    }

    [Theory]
    [EngineData(EngineKind.GoesWithServer, "scope=reconnect", "scope=tab", "scope=tab&prerender=0", Script = BlazorScript.Net10)]
    [EngineData(EngineKind.GoesWithServer, "scope=reconnect", Script = BlazorScript.Net9)]
    public async Task Restart_StateWentWithServer_PageIsBackWithNotFoundAndWorks(string engine, BlazorScript script, string query)
    {
        var page = await StartAsync(engine, $"counter?{query}", script);
        await page.CountToAsync(7);
        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }
}
