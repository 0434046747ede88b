using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Reset, and the time to live.</summary>
[Collection(nameof(Losses))]
public sealed class LifetimeTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Reset_ThenReload_NothingIsRecovered(string engine)
    {
        var page = await OpenAsync(engine, "counter?scope=tab");
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
        var page = await OpenAsync(engine, "counter");
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
        var page = await OpenAsync(engine, "counter?scope=tab");
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
        var page = await OpenAsync(engine, "counter?scope=tab&ttl=0.5");
        await page.CountToAsync(3);

        await page.Page.GotoAsync("about:blank");
        await TimePassesAsync(TimeSpan.FromSeconds(1));
        await page.OpenAsync(PathOf("counter?scope=tab&ttl=0.5", engine));

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    /// <summary>With every engine at the same time, since time is what it takes.</summary>
    [Fact]
    public async Task TimeToLive_PagesOpenAndIdleForThreeOfThem_AreKeptAlive()
    {
        const int ttl = 8; // longer than a reload takes, also on a busy machine
        List<StashPage> opened = [], recovered = [];
        foreach (var engine in EngineUnderTest.All)
        {
            opened.Add(await OpenAsync(engine.Name, $"counter?scope=tab&ttl={ttl}"));
            await opened[^1].CountToAsync(3);
            recovered.Add(await OpenAsync(engine.Name, $"counter?ttl={ttl}"));
            await recovered[^1].CountToAsync(3);
            await recovered[^1].LoseCircuitAsync();
            await recovered[^1].HasStatusAsync(StashPageStatus.Recovered);
        }

        await TimePassesAsync(3 * TimeSpan.FromSeconds(ttl));

        foreach (var page in opened)
        {
            await page.ReloadAsync();
            await page.HasStatusAsync(StashPageStatus.Recovered);
            await page.CountsOnFromAsync(3);
        }

        foreach (var page in recovered)
        {
            var document = await page.DocumentAsync();
            await page.LoseCircuitAsync();
            await page.IsAnotherDocumentAsync(document);
            await page.HasStatusAsync(StashPageStatus.Recovered);
            await page.CountsOnFromAsync(3);
        }
    }

    /// <summary>Time is what these tests are about: nothing else happens that could be waited for.</summary>
    private static Task TimePassesAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}
