using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What a page does about its connection, and what is to be seen of that.</summary>
public sealed class ReconnectingTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    private const string Dialog = "#components-reconnect-modal";

    /// <summary>Notes what the app's dialog is told, and each time that the error sign is to be seen.</summary>
    private const string Watch =
        """
        () => {
          globalThis.__told = [];
          globalThis.__errors = 0;
          document.querySelector('#components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', event => __told.push(event.detail.state));
          const error = document.querySelector('#blazor-error-ui');
          new MutationObserver(() => { __errors += getComputedStyle(error).display === 'none' ? 0 : 1; }).observe(error, { attributes: true });
        }
        """;

    /// <summary>As one that stands still behind a balancer. The next attempt gets to another.</summary>
    [Fact]
    public async Task Server_TakesTheConnectionAndSaysNothing_TheNextIsAskedAndTheTextIsThere()
    {
        var page = await OpenNoteAsync();
        await page.Page.EvaluateAsync("id => document.querySelector(id).remove()", Dialog); // over it nobody types
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Link.Route(((IPEndPoint)silent.LocalEndpoint).Port);
        var taking = silent.AcceptSocketAsync();
        await page.Page.EvaluateAsync("() => { Blazor._internal.forceCloseConnection(); }");
        using var taken = await taking.WaitAsync(StashPage.Patience);
        Link.Route(Server.Port);

        await page.TypeAsync("text", "bread");

        await page.ShowsAsync("bread");
    }

    [Fact]
    public async Task Server_IsBusyForLongerThanASilenceMayBe_TheConnectionIsKept()
    {
        var page = await OpenAsync("/busy");
        var circuit = await page.CircuitAsync();
        var sockets = 0;
        page.Page.WebSocket += (_, _) => sockets++;

        await page.ClickAsync("work");
        await page.ShowsAsync("1");

        Assert.Equal((circuit, 0), (await page.CircuitAsync(), sockets));
    }

    /// <summary>As in a rolling restart behind a proxy: its error page would be the end of ours, as nothing comes back from that.</summary>
    [Fact]
    public async Task Proxy_HasNoServerAsThePageIsToBeLoadedAgain_ThePageWaitsForOne()
    {
        var page = await OpenNoteAsync();
        var circuit = await page.CircuitAsync();
        var (unknown, gone, refused) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await page.Page.ExposeFunctionAsync("__unknown", () =>
        {
            unknown.TrySetResult();
            return gone.Task;
        });
        await page.Page.EvaluateAsync("() => { Blazor.resumeCircuit = async () => { await __unknown(); return false; }; }");
        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await unknown.Task.WaitAsync(StashPage.Patience);
        await page.Page.RouteAsync("**/*", async route =>
        {
            await route.FulfillAsync(new() { Status = 502, ContentType = "text/html", Body = "<h1>502 Bad Gateway</h1>" });
            refused.TrySetResult();
        });
        gone.SetResult();
        await refused.Task.WaitAsync(StashPage.Patience);
        await page.Page.UnrouteAllAsync();

        await page.IsInAnotherCircuitAsync(circuit);
        await page.ShowsAsync("milk");
    }

    [Fact]
    public async Task Connection_GoneForAMoment_DialogIsNotOpenedAndNoErrorIsSeen()
    {
        var page = await OpenNoteAsync();
        var circuit = await page.CircuitAsync();
        await page.Page.EvaluateAsync("document.querySelector('#blazor-error-ui').style.display = 'none'");
        await page.Page.EvaluateAsync(Watch);

        await page.Page.EvaluateAsync("Blazor._internal.forceCloseConnection()");
        await UntilAsync(async () =>
        {
            // What is typed before the connection stands again does not arrive.
            await page.TypeAsync("text", "");
            await page.TypeAsync("text", "bread");
            return await page.Page.Locator("#shown").TextContentAsync() == "bread";
        });

        Assert.Equal(circuit, await page.CircuitAsync());
        Assert.Empty(await page.Page.EvaluateAsync<string[]>("__told"));
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("__errors"));
    }

    [Fact]
    public async Task Connection_GoneForLonger_DialogOpensAndClosesAndTheErrorStaysHiddenAsTheAppHasHiddenIt()
    {
        var page = await OpenNoteAsync();
        await page.Page.EvaluateAsync("document.querySelector('#blazor-error-ui').style.display = 'none'");
        await page.Page.EvaluateAsync(Watch);
        var circuit = await page.CircuitAsync();
        var began = Log.Mark;

        await Link.CutAsync();
        await Assertions.Expect(page.Page.Locator(Dialog)).ToBeVisibleAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await Assertions.Expect(page.Page.Locator(Dialog)).ToBeHiddenAsync();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.ShowsAsync("milk");
        var told = await page.Page.EvaluateAsync<string[]>("__told");
        Assert.Equal(("show", "hide"), (told[0], told[^1]));
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("__errors"));
        Assert.Equal("none", await page.Page.EvaluateAsync<string>("document.querySelector('#blazor-error-ui').style.display"));

        // aspnetcore 64738: attempts that fail, reconnect() that answers false, then resume().
        Assert.DoesNotContain("already registered", Log.Since(began), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notice_WithTextsOfTheApp_IsAnEmptyLiveRegionFirstAndHasItsButtonOutside()
    {
        var page = await OpenNoteAsync();
        await page.Page.EvaluateAsync(
            """
            () => {
              document.querySelector('#components-reconnect-modal').remove();
              document.head.insertAdjacentHTML('beforeend', '<meta name="livestash" data-connection-lost="Verbindung verloren" data-try-now="Jetzt versuchen">');
              globalThis.__regions = [];
              new MutationObserver(() => {
                const region = document.querySelector('[role=status][aria-live=polite]');
                if (region && __regions.at(-1) !== region.textContent) {
                  __regions.push(region.textContent);
                }
              }).observe(document.body, { childList: true, subtree: true });
            }
            """);

        await Link.CutAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Verbindung verloren" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Jetzt versuchen" })).ToBeVisibleAsync();

        Assert.Equal(0, await page.Page.Locator("[role=status] button").CountAsync());
        Assert.Equal(["", "Verbindung verloren"], await page.Page.EvaluateAsync<string[]>("__regions"));
        Link.Heal();
        await Assertions.Expect(page.Page.Locator("#livestash-reconnecting")).ToHaveCountAsync(0);
        await page.ShowsAsync("milk");
    }

    [Fact]
    public async Task ReconnectionOptions_OfTheApp_TwoAttemptsThenFailedAndTheNextWhenAsked()
    {
        var page = new OrdinaryPage((await NewVisitorAsync(StartsWith("{ maxRetries: 2, retryIntervalMilliseconds: (before, most) => 600 + 100 * before, dialogId: 'own' }"))).Page, () => Link.Address);
        await page.OpenAsync("/note");
        await page.TypeAsync("text", "milk", "milk");
        await page.Page.EvaluateAsync(
            """
            () => {
              globalThis.__told = [];
              document.body.insertAdjacentHTML('beforeend', '<div id="own"></div>');
              document.querySelector('#own').addEventListener('components-reconnect-state-changed', event => __told.push(event.detail.state));
            }
            """);

        await Link.CutAsync();
        await Assertions.Expect(page.Page.Locator("#own")).ToHaveClassAsync("components-reconnect-failed");

        // The dialog opens after 400 ms, before the first attempt has failed.
        Assert.Equal(["show", "retrying", "retrying", "failed"], await page.Page.EvaluateAsync<string[]>("__told"));
        Link.Heal();
        await page.Page.EvaluateAsync("dispatchEvent(new Event('livestash:retry'))");

        await Assertions.Expect(page.Page.Locator("#own")).ToHaveClassAsync("components-reconnect-hide");
        await page.ShowsAsync("milk");
    }

    [Fact]
    public async Task RetryAfter_OfAServerThatWantsToBeLeftAlone_IsHonoured()
    {
        var page = await OpenNoteAsync();
        var asked = new List<TimeSpan>();
        var watch = Stopwatch.StartNew();
        await Link.CutAsync();
        await Assertions.Expect(page.Page.Locator(Dialog)).ToBeVisibleAsync();
        await page.Page.RouteAsync("**/*", async route =>
        {
            asked.Add(watch.Elapsed);
            await route.FulfillAsync(new() { Status = asked.Count == 1 ? 503 : 200, Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } });
        });
        await UntilAsync(() => Task.FromResult(asked.Count > 0));
        Link.Heal();

        await Assertions.Expect(page.Page.Locator(Dialog)).ToBeHiddenAsync();
        Assert.True(asked[1] - asked[0] >= TimeSpan.FromSeconds(3), $"{asked[1] - asked[0]}");
        await page.Page.UnrouteAllAsync();
    }

    /// <summary>The script's own Pace, 10,000 of it, on a clock that this test turns.</summary>
    [Theory]
    [InlineData(10_000)]
    [InlineData(400)]
    public async Task Pace_OfAllTabsOfAServerThatIsAway_AtMost2000AttemptsASecondAfterTheFirst(int tabs)
    {
        var page = (await NewVisitorAsync()).Page;
        await page.GotoAsync(new Uri(Server.Address, "/circuits").ToString());

        var seconds = await page.EvaluateAsync<int[]>(
            """
            async tabs => {
              const { Pace } = await import('/_content/LiveStash.Blazor/LiveStash.Blazor.lib.module.js');
              if (tabs > 400) {
                LiveStash.fleet?.(tabs); // as FleetWatch tells it
              }
              let now = 0;
              performance.now = () => now;
              const due = Array.from({ length: tabs }, () => { const pace = new Pace(); return { pace, at: pace.next() }; });
              const seconds = new Array(60).fill(0);
              for (; now < 60_000; now += 5) {
                for (const tab of due) {
                  if (tab.at <= now) {
                    seconds[Math.floor(now / 1000)]++;
                    tab.at = now + tab.pace.next();
                  }
                }
              }
              return seconds;
            }
            """,
            tabs);

        Output.WriteLine($"{tabs} tabs, attempts in each second: {string.Join(' ', seconds)}");
        Assert.All(seconds.Skip(1), attempts => Assert.InRange(attempts, 0, 2_000));
        Assert.InRange(seconds.Skip(45).Sum(), tabs / 4, int.MaxValue); // nobody has given up
    }

    /// <summary>Blazor.resumeCircuit() answers true there, and the new circuit has no components: alive to look at, and dead.</summary>
    [Fact]
    public async Task ClassicPage_ServerGaveUpItsCircuit_IsBackAndWorks()
    {
        var page = await OpenAsync("/classic");
        await page.TypeAsync("text", "milk", "milk");

        await LoseAsync(page);

        await page.ShowsAsync("milk");
        await page.TypeAsync("text", "bread", "bread");
    }

    private async Task<OrdinaryPage> OpenNoteAsync()
    {
        var page = await OpenAsync("/note");
        await page.TypeAsync("text", "milk", "milk");
        return page;
    }
}
