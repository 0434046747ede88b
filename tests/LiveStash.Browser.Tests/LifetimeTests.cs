using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Reset, and the time to live.</summary>
public sealed class LifetimeTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(2);

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Reset_ThenReload_NothingIsRecovered(string engine)
    {
        var page = await StartAsync(engine, "counter?scope=tab");
        await page.CountToAsync(3);

        await page.ClickAsync("Reset Stash");
        await page.HasSavedAsync("");
        await page.HasValueAsync(3);
        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Reset_ThenLossOfTheCircuit_NothingIsRecovered(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(3);

        await page.ClickAsync("Reset Stash");
        await page.HasSavedAsync("");
        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Reset_ThenChanged_TheChangeIsRecovered(string engine)
    {
        var page = await StartAsync(engine, "counter?scope=tab");
        await page.CountToAsync(3);

        await page.ClickAsync("Reset Stash");
        await page.HasSavedAsync("");
        await page.CountsOnFromAsync(3);
        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(4);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task TimeToLive_PassedWithoutAPage_IsNotFound(string engine)
    {
        var page = await StartAsync(engine, "counter?scope=tab&ttl=2");
        await page.CountToAsync(3);

        await page.Page.GotoAsync("about:blank");
        await TimePassesAsync(TimeToLive + TimeSpan.FromSeconds(1));
        await page.OpenAsync(PathOf("counter?scope=tab&ttl=2", engine));

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task TimeToLive_PassedWithoutAServer_IsNotFound(string engine)
    {
        var page = await StartAsync(engine, "counter?ttl=2");
        await page.CountToAsync(3);

        await Server.KillAsync();
        await TimePassesAsync(TimeToLive + TimeSpan.FromSeconds(1));
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task TimeToLive_PageOpenAndIdleForThreeOfThem_IsKeptAlive(string engine)
    {
        var page = await StartAsync(engine, "counter?scope=tab&ttl=2");
        await page.CountToAsync(3);

        await TimePassesAsync(3 * TimeToLive);
        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task TimeToLive_OfARecoveredPageOpenAndIdleForThreeOfThem_IsKeptAlive(string engine)
    {
        var page = await StartAsync(engine, "counter?ttl=2");
        await page.CountToAsync(3);
        await page.LoseCircuitAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        var document = await page.DocumentAsync();

        await TimePassesAsync(3 * TimeToLive);
        await page.LoseCircuitAsync();
        await page.IsAnotherDocumentAsync(document);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    /// <summary>Time is what these tests are about: nothing else happens that could be waited for.</summary>
    private static Task TimePassesAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}
