using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What goes wrong while a page starts, or starts anew.</summary>
public sealed class StartingTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    /// <summary>The connection goes when the browser has been asked for its tag, and before the answer has arrived.</summary>
    [Fact]
    public async Task Note_ConnectionLostDuringTheGreeting_IsThereAgainAndIsSaved()
    {
        var page = await OpenAsync("/counter");
        var status = page.Page.Locator("[role=status]").GetByText("Current count");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        await CutAsync(page);
        Link.Heal();
        Link.RoundTrip = TimeSpan.FromSeconds(2);
        await page.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.Commit });

        // Set with the answer, which then has a second to go.
        await page.Page.WaitForFunctionAsync("sessionStorage.getItem('livestash:alive') !== null");
        await Link.CutAsync();
        Link.RoundTrip = TimeSpan.Zero;
        Link.Heal();

        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        await page.IsInteractiveAsync();
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
        await LoseAsync(page);
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
    }

    /// <summary>As a proxy does that does not let the first message pass, or a hub that finds it too long.</summary>
    [Fact]
    public async Task Circuit_ConnectionClosesEachTimeThatItStarts_ThePageIsLoadedAFewTimesAndThenWaitsForTheUser()
    {
        var loads = 0;
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await opened.RouteWebSocketAsync("**/_blazor", socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(message =>
            {
                if (message.Text?.Contains("StartCircuit", StringComparison.Ordinal) == true
                    || message.Binary is { } bytes && System.Text.Encoding.ASCII.GetString(bytes).Contains("StartCircuit", StringComparison.Ordinal))
                {
                    _ = socket.CloseAsync(new() { Code = 1009 });
                    _ = server.CloseAsync();
                }
                else if (message.Binary is { } binary)
                {
                    server.Send(binary);
                }
                else
                {
                    server.Send(message.Text!);
                }
            });
        });
        opened.Load += (_, _) => Interlocked.Increment(ref loads);
        await opened.GotoAsync(new Uri(Link.Address, "/note").ToString());

        await Assertions.Expect(opened.Locator("#components-reconnect-modal.components-reconnect-failed")).ToBeVisibleAsync();
        Assert.Equal(6, loads);
    }

    /// <summary>Five minutes after it was rendered, as over a link that was away meanwhile, or with another key ring.</summary>
    [Fact]
    public async Task Page_ItsComponentsAreNoLongerValidWhenItsCircuitStarts_IsLoadedOnceMoreAndLives()
    {
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await SpoilAsync(opened, times: 1);

        var page = new OrdinaryPage(opened, () => Link.Address);
        await page.OpenAsync("/note");

        await page.TypeAsync("text", "milk", "milk");
        Assert.Equal(2, await opened.EvaluateAsync<int>("Number(sessionStorage.getItem('loads'))"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_ItsComponentsAreNeverValid_IsLoadedAFewTimesAndThenWaitsForTheUser(bool webSockets)
    {
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await SpoilAsync(opened, times: int.MaxValue);
        if (!webSockets)
        {
            // Long polling then, where the connection may end before the error has come.
            await opened.AddInitScriptAsync("window.WebSocket = class extends WebSocket { constructor() { super('ws://127.0.0.1:9'); } };");
        }

        await opened.GotoAsync(new Uri(Link.Address, "/note").ToString());

        await Assertions.Expect(opened.Locator("#components-reconnect-modal.components-reconnect-failed")).ToBeVisibleAsync();
        Assert.Equal(6, await opened.EvaluateAsync<int>("Number(sessionStorage.getItem('loads'))"));
    }

    /// <summary>As while a server's clock is wrong, by which all that it renders has expired.</summary>
    [Fact]
    public async Task Page_ItsComponentsAreNotValidForLonger_LivesByItselfWhenTheyAre()
    {
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await SpoilAsync(opened, times: 6);
        await opened.GotoAsync(new Uri(Link.Address, "/note").ToString());
        await Assertions.Expect(opened.Locator("#components-reconnect-modal.components-reconnect-failed")).ToBeVisibleAsync();

        var page = new OrdinaryPage(opened, () => Link.Address);
        await page.IsInteractiveAsync();
        await page.TypeAsync("text", "milk", "milk");
    }

    /// <summary>The session has run out, and the page to sign in is at another origin: no script may read what is there.</summary>
    [Fact]
    public async Task Outage_ThenTheServerSendsElsewhereToSignIn_ThePageStillComesBack()
    {
        var page = await OpenAsync("/note");
        await page.TypeAsync("text", "milk", "milk");
        var circuit = await page.CircuitAsync();
        await page.Page.RouteAsync("**/*", route => route.Request.Method == "HEAD"
            ? route.FulfillAsync(new() { Status = 302, Headers = [new("Location", "http://localhost:9/sign-in")] })
            : route.ContinueAsync());

        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();

        await page.IsInAnotherCircuitAsync(circuit);
        await page.ShowsAsync("milk");
    }

    /// <summary>Chromium keeps no page with a connection in its back/forward cache; the events are those of a browser that does.</summary>
    [Fact]
    public async Task Page_FromTheBackForwardCache_IsLoadedAgainWithItsText()
    {
        var page = await OpenAsync("/counter");
        await page.Page.Locator("button.btn").ClickAsync();
        var status = page.Page.Locator("[role=status]").GetByText("Current count");
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        var circuit = await page.CircuitAsync();

        await page.Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
        await NoCircuitIsLeftAsync();
        await page.Page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");

        await page.IsInAnotherCircuitAsync(circuit);
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
    }

    /// <summary>Blazor ends a circuit that no page needs any more, and makes another when one does.</summary>
    [Fact]
    public async Task SecondCircuitOfADocument_FirstConnectionsFail_PageComesAliveByItself()
    {
        var failuresLeft = 0;
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await opened.RouteWebSocketAsync("**/_blazor**", async socket =>
        {
            if (Interlocked.Decrement(ref failuresLeft) >= 0)
            {
                await socket.CloseAsync();
            }
            else
            {
                socket.ConnectToServer();
            }
        });
        var page = new OrdinaryPage(opened, () => Link.Address);
        await page.OpenAsync("/per-page");
        var first = await page.CircuitAsync();
        await opened.EvaluateAsync("Blazor.navigateTo('static')");
        await page.HasHeadingAsync("Static");
        await NoCircuitIsLeftAsync();

        Volatile.Write(ref failuresLeft, 3);
        await page.FollowAsync("Per page");

        await page.IsInAnotherCircuitAsync(first);
        Assert.True(Volatile.Read(ref failuresLeft) < 0, "No connection has failed.");
        await opened.Locator("button.btn").ClickAsync();
        await Assertions.Expect(opened.Locator("[role=status]").GetByText("Current count")).ToHaveTextAsync("Current count: 1");
    }

    [Fact]
    public async Task Hold_Ends_OnlyWhatItHadMadeInertIsFreeAgain()
    {
        var page = await OpenAsync("/note");
        const string Inert = "[...document.body.children].filter(child => child.inert).map(child => child.id).join()";
        await page.Page.EvaluateAsync("() => { document.body.insertAdjacentHTML('afterbegin', '<div id=\"behind\" inert></div>'); }");

        await page.Page.EvaluateAsync("LiveStash.hold(true)");
        Assert.NotEqual("behind", await page.Page.EvaluateAsync<string>(Inert));
        await page.Page.EvaluateAsync("LiveStash.hold(false)");
        Assert.Equal("behind", await page.Page.EvaluateAsync<string>(Inert));

        // The word that frees it may be lost with a connection; the next that the circuit says, does too.
        await page.Page.EvaluateAsync("LiveStash.hold(true)");
        await page.Page.EvaluateAsync("LiveStash.started('memory', null, null, false, '')");
        Assert.Equal("behind", await page.Page.EvaluateAsync<string>(Inert));
    }

    /// <summary>Spoils what says which components the page has, the first times that it is loaded.</summary>
    private static Task SpoilAsync(IPage page, int times) => page.AddInitScriptAsync(
        $$"""
        (() => {
          const loads = Number(sessionStorage.getItem('loads')) + 1;
          sessionStorage.setItem('loads', loads);
          const spoil = node => { node.data = node.data?.replace('"descriptor":"', '"descriptor":"x'); };
          const isOurs = node => node.nodeType === Node.COMMENT_NODE && node.data.startsWith('Blazor:');
          loads <= {{times}} && new MutationObserver(changes => changes.forEach(change => [...change.addedNodes].filter(isOurs).forEach(spoil)))
            .observe(document, { subtree: true, childList: true });
        })();
        """);
}
