using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The dashboard in a browser: it shows what happens, to everybody who may see it.</summary>
public sealed class DashboardTests(DashboardServer shared, ITestOutputHelper output) : BrowserTest(shared.Chromium, shared.Log, output), IClassFixture<DashboardServer>
{
    private static readonly string[] Plots =
    [
        "Stashes in memory", "Their content", "Opens and saves a second", "Flush lag: age of the oldest unstored stash",
        "Pages opened a minute, by status", "Saves of pages a second", "Until a page is told that it is saved", "Until a page has recovered",
    ];

    private protected override ServerProcess Server => shared.Server;

    [Fact]
    public async Task Dashboard_SomethingIsSavedInAnotherTab_NumbersAndPlotMove()
    {
        var page = await OpenDashboardAsync();
        var plot = page.GetByRole(AriaRole.Img, new() { Name = "Saves of pages a second", Exact = true });
        var saved = await ColumnAsync(page, "memory", "Saves");

        var tab = await OpenAsync("memory", "counter");
        await tab.CountToAsync(20);
        await tab.LoseCircuitAsync();
        await tab.HasStatusAsync(StashPageStatus.Recovered);

        await Assertions.Expect(page.Locator("#engines tbody tr").Filter(new() { HasText = "memory" }).First.Locator("td[data-label=Saves]")).Not.ToHaveTextAsync(saved ?? "0 /s");
        await Assertions.Expect(page.Locator("#nodes").GetByRole(AriaRole.Row).Filter(new() { HasText = "this server" }).Locator("td[data-label=Stashes]")).ToHaveTextAsync(new Regex("^[1-9]"));
        await Assertions.Expect(Tile(page, "Recovered")).Not.ToHaveTextAsync("0");
        await Assertions.Expect(Tile(page, "Save p95")).ToHaveTextAsync(new Regex(" m?s$"));
        await Assertions.Expect(plot.Locator("desc")).ToHaveTextAsync(new Regex("^Saved: latest .* a second, highest of the last hour (?!0 a)"));
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "Pages opened a minute, by status" }).Locator("rect.two")).Not.ToHaveCountAsync(0);

        // It goes to the left as time passes.
        var line = plot.Locator("path.line.one");
        var before = await line.GetAttributeAsync("d");
        await Assertions.Expect(line).Not.ToHaveAttributeAsync("d", before!);
    }

    [Fact]
    public async Task Dashboard_HasNamesAndRoles_AndTextBesideEachPlot()
    {
        var page = await OpenDashboardAsync();

        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal(1, await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).CountAsync());
        foreach (var landmark in new[] { AriaRole.Banner, AriaRole.Main, AriaRole.Contentinfo, AriaRole.Status })
        {
            Assert.Equal(1, await page.GetByRole(landmark).CountAsync());
        }

        Assert.Equal(1, await page.GetByRole(AriaRole.Region, new() { Name = "Stashes" }).CountAsync());
        Assert.Equal(1, await page.GetByRole(AriaRole.Region, new() { Name = "Pages" }).CountAsync());
        foreach (var name in Plots)
        {
            Assert.NotEmpty(await page.GetByRole(AriaRole.Img, new() { Name = name, Exact = true }).Locator("desc").TextContentAsync() ?? "");
            await page.GetByText($"{name} As a table").ClickAsync();
            var table = page.GetByRole(AriaRole.Table, new() { Name = name });
            await Assertions.Expect(table.GetByRole(AriaRole.Row)).ToHaveCountAsync(13);
            Assert.Equal("0 to 5", await table.GetByRole(AriaRole.Rowheader).First.TextContentAsync());
        }
    }

    [Fact]
    public async Task Dashboard_ByKeyboard_AllIsReachedInOrderAndFocusIsSeen()
    {
        var page = await OpenDashboardAsync();
        var reached = new List<string>();
        for (var i = 0; i < 1 + Plots.Length; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("document.activeElement.textContent"));
            Assert.Equal("solid 3px", await page.EvaluateAsync<string>("(s => `${s.outlineStyle} ${s.outlineWidth}`)(getComputedStyle(document.activeElement))"));
        }

        Assert.Equal(["Pause", .. Plots.Select(static name => $"{name} As a table")], reached);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = Plots[^1] })).ToBeVisibleAsync();

        // What comes in takes the focus from nobody, and closes nothing.
        var number = await NextAnswerAsync(page);
        await NextAnswerAsync(page);
        Assert.Equal($"{Plots[^1]} As a table", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = Plots[^1] })).ToBeVisibleAsync();
        Assert.True(number > 0);
    }

    [Fact]
    public async Task Pause_IsPressed_NothingIsAskedUntilItIsPressedAgain()
    {
        var page = await OpenDashboardAsync(static page => page.Clock.InstallAsync());
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Pause" });
        await button.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Paused");
        Assert.Equal("true", await button.GetAttributeAsync("aria-pressed"));
        var asked = 0;
        page.Request += (_, _) => asked++;
        await page.Clock.FastForwardAsync(60_000);
        Assert.Equal(0, asked);

        await button.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Live");
    }

    /// <summary>Two hours, of which the page sees only the answers.</summary>
    [Fact]
    public async Task Dashboard_IsLeftOpenForHours_DoesNotGrowAndSaysNothingToAReader()
    {
        var page = await OpenDashboardAsync(static page => page.Clock.InstallAsync());
        var tab = await OpenAsync("memory", "counter");
        await tab.CountToAsync(3);
        await AskedAsync(page, 3);
        await page.EvaluateAsync("() => { window.said = 0; new MutationObserver(() => window.said++).observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true }); }");
        var before = await page.EvaluateAsync<int>("document.getElementsByTagName('*').length");
        await AskedAsync(page, 100);

        var grown = await page.EvaluateAsync<int>("document.getElementsByTagName('*').length") - before;
        Assert.InRange(grown, -40, 40);
        Assert.Equal(0, await page.EvaluateAsync<int>("window.said"));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Dark, 320)]
    public async Task Dashboard_InEveryLayout_FitsAndCanBeRead(ColorScheme scheme, int width)
    {
        var tab = await OpenAsync("memory", "counter");
        await tab.CountToAsync(2);
        var page = await OpenDashboardAsync(async page =>
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        });
        await page.GetByText($"{Plots[0]} As a table").ClickAsync();

        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));
        var found = await page.EvaluateAsync<JsonElement>(ContrastScript);
        Assert.True(found.GetProperty("texts").GetInt32() > 60);
        Assert.Equal("[]", found.GetProperty("low").ToString());
        Assert.Equal("0s", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('section')).transitionDuration"));
    }

    [Fact]
    public async Task Dashboard_UnderItsOwnPolicy_NothingIsRefusedAndNothingComesFromElsewhere()
    {
        var from = Log.Mark;
        List<string> asked = [];
        var page = await OpenDashboardAsync(page =>
        {
            page.Request += (_, request) => asked.Add(request.Url);
            return Task.CompletedTask;
        });
        await NextAnswerAsync(page);

        Assert.All(asked, url => Assert.StartsWith($"{Server.Address}livestash", url, StringComparison.Ordinal));
        Assert.DoesNotContain("Content Security Policy", Log.Since(from), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('[style], style, script:not([src])').length"));
    }

    [Fact]
    public async Task Server_IsGoneForAMoment_ThePageSaysSoAndGoesOn()
    {
        var page = await OpenDashboardAsync();
        await page.RouteAsync("**/livestash/data", static route => route.AbortAsync());
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("This server does not answer: the numbers are old");

        await page.UnrouteAsync("**/livestash/data");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task Stranger_ComesThroughAProxy_FindsNothing()
    {
        using var http = new HttpClient();
        foreach (var path in new[] { "livestash", "livestash/data", "livestash/dashboard.js" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Address, path));
            request.Headers.Add("X-Forwarded-For", "192.0.2.7");
            using var answer = await http.SendAsync(request);

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    /// <summary>Texts with less than 4.5:1 to what is behind them, and lines and columns of plots with less than 3:1.</summary>
    private const string ContrastScript = """
        () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
          const rgb = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
          const light = color => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => { const c = color[i] / 255; return sum + weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); }, 0);
          const behind = node => { for (let at = node; at; at = at.parentElement) { const color = rgb(getComputedStyle(at).backgroundColor); if (color[3] > 0) { return color; } } return rgb('white'); };
          const ratio = (one, other) => { const [a, b] = [light(one), light(other)]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
          const low = [];
          let texts = 0;
          for (const node of document.querySelectorAll('body *')) {
            const style = getComputedStyle(node);
            const hasText = [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
            const isMark = node.matches('path.line, rect.column');
            if (!node.checkVisibility() || !(hasText || isMark) || node.closest('title, desc, .hidden')) { continue; }
            texts += hasText ? 1 : 0;
            const color = rgb(isMark ? style.color : node instanceof SVGElement ? style.fill : style.color);
            const found = ratio(color, behind(node));
            if (found < (isMark ? 3 : 4.5)) { low.push(`${node.tagName} ${node.textContent.trim()} ${found.toFixed(2)}`); }
          }
          return { texts, low };
        }
        """;

    private async Task<IPage> OpenDashboardAsync(Func<IPage, Task>? prepare = null)
    {
        var page = (await NewVisitorAsync()).Page;
        if (prepare is not null)
        {
            await prepare(page);
        }

        await page.GotoAsync(new Uri(Server.Address, "/livestash").ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Live");
        return page;
    }

    private static ILocator Tile(IPage page, string label) => page.Locator(".tiles > div").Filter(new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator(".value");

    private static async Task<string?> ColumnAsync(IPage page, string row, string label)
    {
        var cell = page.Locator("#engines tbody tr").Filter(new() { HasText = row }).Locator($"td[data-label='{label}']");
        return await cell.CountAsync() == 0 ? null : await cell.First.TextContentAsync();
    }

    private static async Task<long> NextAnswerAsync(IPage page)
    {
        var answer = await page.WaitForResponseAsync("**/livestash/data");
        return (await answer.JsonAsync())!.Value.GetProperty("number").GetInt64();
    }

    private static async Task AskedAsync(IPage page, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(5100), "**/livestash/data");
            await page.WaitForFunctionAsync("() => new Promise(requestAnimationFrame)");
        }
    }
}
