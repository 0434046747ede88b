using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The user asks for the page again.</summary>
[Collection(nameof(Visits))]
public sealed class NavigationTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any, "prerender=1", "prerender=0")]
    public async Task Reload_ReconnectScope_StartsAnew(string engine, string query)
    {
        var page = await OpenAsync(engine, $"counter?{query}");
        await page.CountToAsync(3);

        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.New);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any, "prerender=1", "prerender=0")]
    public async Task Reload_TabScope_Recovers(string engine, string query)
    {
        var page = await OpenAsync(engine, $"counter?scope=tab&{query}");
        await page.CountToAsync(3);

        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        Assert.All(await page.RendersAsync(), render => Assert.Equal("3", render.Value));
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Goto_ReconnectScope_StartsAnew(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.CountToAsync(3);

        await page.OpenAsync(PathOf("counter", engine));

        await page.HasStatusAsync(StashPageStatus.New);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Goto_TabScope_Recovers(string engine)
    {
        var page = await OpenAsync(engine, "counter?scope=tab");
        await page.CountToAsync(3);

        await page.Page.GotoAsync("about:blank");
        await page.OpenAsync(PathOf("counter?scope=tab", engine));

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Html_Prerendered_HasAnEmptyStatusAndNoProblemIsLogged(string engine)
    {
        var before = Log.Mark;

        var html = await Server.GetHtmlAsync(PathOf("counter", engine));

        Assert.Contains("data-stash-status=\"\"", html, StringComparison.Ordinal);
        Assert.Contains("stat-value", html, StringComparison.Ordinal);
        await Server.LogIsCompleteAsync();
        Assert.DoesNotContain(Log.ServerSince(before), line => line.StartsWith("fail:", StringComparison.Ordinal) || line.Contains("LiveStash.", StringComparison.Ordinal));
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Html_WithoutPrerendering_HasNoStash(string engine)
    {
        var html = await Server.GetHtmlAsync(PathOf("counter?prerender=0", engine));

        Assert.Contains("blazor.web", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-stash-status", html, StringComparison.Ordinal);
    }
}
