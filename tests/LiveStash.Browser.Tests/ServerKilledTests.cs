using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Pages;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What tabs have, and what they do, when their server is killed.</summary>
public sealed class ServerKilledTests(ChromiumFixture chromium, ITestOutputHelper output) : OwnServerTest(chromium, output)
{
    /// <summary>All of them come back at the same moment, each with its own.</summary>
    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_TabsWithLargeNestedAndTypedState_EachIsBackAsItWas(string engine)
    {
        await StartServerAsync(engine);
        var large = await OpenAsync(engine, "lab");
        var digest = await large.FillAsync(kibibytes: 200);

        var reset = await OpenAsync(engine, "lab");
        await reset.FillAsync(kibibytes: 200);
        await reset.ClickAsync("Reset Stash");
        await reset.HasSavedAsync("");
        var digestAfterReset = await reset.FillAsync(kibibytes: 200);

        var items = await OpenAsync(engine, "lab");
        await items.AddThirdItemAsync();
        await items.CountItemAsync(2, 2);
        await items.CountItemAsync(3, 1);

        var form = await OpenAsync(engine, "form");
        await form.FillHalfAsync();

        var boards = await OpenAsync(engine, "tic-tac-toe");
        await boards.PlayAsync("Stashed board", 1, 1, "X");
        await boards.PlayAsync("Stashed board", 3, 2, "O");
        await boards.PlayAsync("Plain board", 1, 1, "X");
        await boards.HasSavedAsync("X......O.");

        await RestartServerAsync();

        await large.HasStatusAsync(StashPageStatus.Recovered);
        await large.HasDigestAsync(digest);

        await reset.HasStatusAsync(StashPageStatus.Recovered);
        await reset.HasDigestAsync(digestAfterReset);

        await items.HasStatusAsync(StashPageStatus.Recovered);
        await items.ItemHasAsync(1, "0");
        await items.ItemHasAsync(2, "2");
        await items.ItemHasAsync(3, "1");

        await form.IsHalfFilledAsync();

        await boards.HasStatusAsync(StashPageStatus.Recovered);
        await boards.HasMarkAsync("Stashed board", 1, 1, "X");
        await boards.HasMarkAsync("Stashed board", 3, 2, "O");
        await boards.HasMarkAsync("Plain board", 1, 1, "");
        await boards.PlayAsync("Stashed board", 2, 2, "X");
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task TimeToLive_PassedWithoutAServer_IsNotFound(string engine)
    {
        var page = await StartAsync(engine, "counter?ttl=0.5");
        await page.CountToAsync(3);

        await Server.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System); // the time to live itself, not a wait for something
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Goto_AnotherPageWhileServerWasAwayThenBack_ReconnectScopeRecovers(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(3);
        await Server.KillAsync();

        // Where a page has lost its server, the user may go elsewhere first. What was lost waits, for the first time only.
        await page.Page.WaitForFunctionAsync("sessionStorage.getItem('livestash:lost') !== null");
        await page.Page.GotoAsync("about:blank");
        await Server.StartAsync();
        await page.Page.GotoAsync(new Uri(Server.Address, PathOf("form", engine)).ToString());
        await page.Page.WaitForFunctionAsync("sessionStorage.getItem('livestash:lost') === null && Object.entries({ ...sessionStorage }).some(([key, value]) => key.startsWith('livestash:tag:') && value.includes('~'))");
        await page.OpenAsync(PathOf("counter", engine));

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
        await page.OpenAsync(PathOf("counter", engine));
        await page.HasStatusAsync(StashPageStatus.New);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_StateIsGarbage_PageWorksAndOneWarningIsLogged(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(3);
        var spoiled = (await page.SessionStorageAsync())
            .Where(entry => entry.Key.Contains(":state:", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key, static _ => HostileTagTests.Garbage);
        Assert.NotEmpty(spoiled);
        await page.SetSessionStorageAsync(spoiled);
        var before = Log.Mark;

        await RestartServerAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
        await AssertOneWarningAsync(before, spoiled.Values);
    }

    [Fact]
    public async Task Restart_CopyWasStaleAndFollowedAnOpenSince_TheServersDeathLosesNothing()
    {
        var page = await StartAsync("memory+browser", "counter");
        await page.CountToAsync(5);
        await page.BlockCopyAsync();
        await page.CountToAsync(9, from: 5);
        var stale = await page.SessionStorageAsync();
        await page.LoseCircuitAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasValueAsync(9);

        // Nothing was written since; the copy of the 9 comes with the open alone.
        await page.Page.WaitForFunctionAsync(
            "stale => Object.entries({ ...sessionStorage }).some(([key, value]) => key.startsWith('livestash:state:') && stale[key] !== value)", stale);
        var document = await page.DocumentAsync();
        await RestartServerAsync();
        await page.IsAnotherDocumentAsync(document);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(9);
    }
}
