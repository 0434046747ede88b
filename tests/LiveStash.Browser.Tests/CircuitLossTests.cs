using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Browser.Tests.Pages;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The connection or the circuit is lost, the server stays.</summary>
[Collection(nameof(Losses))]
public sealed class CircuitLossTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Start_FirstConnectionsFail_PageComesAliveByItself(string engine)
    {
        var page = await NewVisitorAsync();
        var failures = 0;
        await page.Page.RouteWebSocketAsync("**/_blazor**", async socket =>
        {
            if (++failures <= 3)
            {
                await socket.CloseAsync();
            }
            else
            {
                socket.ConnectToServer();
            }
        });

        await page.OpenAsync(PathOf("counter", engine));

        Assert.Equal(4, failures);
        await page.HasStatusAsync(StashPageStatus.New);
        await page.CountsOnFromAsync(0);
    }

    [Theory]
    [EngineData(EngineKind.Any, "scope=reconnect", "scope=tab")]
    public async Task Reconnect_ConnectionLost_SameCircuitGoesOn(string engine, string query)
    {
        var page = await OpenAsync(engine, $"counter?{query}");
        await page.CountToAsync(3);
        var (document, sockets) = (await page.DocumentAsync(), await page.SocketsAsync());

        await page.LoseConnectionAsync();

        // Another circuit would have begun to count its writes anew, and would not be New.
        await page.CountsOnFromAsync(3);
        await page.HasWritesAsync(4);
        await page.HasStatusAsync(StashPageStatus.New);
        Assert.Equal(document, await page.DocumentAsync());
        Assert.Equal(sockets + 1, await page.SocketsAsync());
        Assert.Equal(["0", "1", "2", "3", "4"], (await page.RendersAsync()).Select(render => render.Value));
    }

    [Theory]
    [EngineData(EngineKind.Any, "scope=reconnect", "scope=tab", "scope=reconnect&prerender=0")]
    [Trait("Category", "Smoke")]
    public async Task Reconnect_ServerGaveUpTheCircuit_StateIsBackWithoutAClickOrAFlash(string engine, string query)
    {
        var page = await OpenAsync(engine, $"counter?{query}");
        await page.CountToAsync(3);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        Assert.All(await page.RendersAsync(), render => Assert.Equal("3", render.Value));
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Reconnect_AfterEarlierReconnect_LossOfTheCircuitStillRecovers(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.CountToAsync(1);
        await page.LoseConnectionAsync();
        await page.CountToAsync(2, from: 1);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(2);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Resume_CircuitPausedByThePage_StateIsThereAndThePageGoesOn(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.CountToAsync(3);
        var document = await page.DocumentAsync();

        Assert.True(await page.Page.EvaluateAsync<bool>("Blazor.pauseCircuit()"));
        Assert.True(await page.Page.EvaluateAsync<bool>("Blazor.resumeCircuit()"));

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
        Assert.Equal(document, await page.DocumentAsync());
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Pause_UntilResumed_PageIsNotBroughtBackByItself(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.CountToAsync(3);
        var sockets = await page.SocketsAsync();

        Assert.True(await page.Page.EvaluateAsync<bool>("Blazor.pauseCircuit()"));
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Resume", Exact = true }).WaitForAsync();
        Assert.Equal(sockets, await page.SocketsAsync());

        await page.PressAsync("Resume");
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Dialog_OfTheAppAndConnectionLostForAMoment_IsNotShown(string engine)
    {
        var page = await NewVisitorAsync(AppDialog.Script);
        await page.OpenAsync(PathOf("counter", engine));
        await page.CountToAsync(3);

        await page.LoseConnectionAsync();
        await page.CountsOnFromAsync(3);

        Assert.DoesNotContain(await page.DialogStatesAsync(), static state => state.Contains("components-reconnect", StringComparison.Ordinal));
    }
}
