using System.Net;
using System.Text.RegularExpressions;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A page that is loaded again shows what was saved from its first byte on, and nobody else's.</summary>
public sealed partial class PrerenderedValueTests(ReloadingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<ReloadingApp>
{
    private const string Reload = "max-age=0";

    [Theory]
    [InlineData(0)]
    [InlineData(120)]
    [InlineData(2200)]
    public async Task Loss_OverALinkOfAnySpeed_NoOtherValueIsEverOnTheScreen(int roundTrip)
    {
        var page = await OpenRecordedAsync("/counter");
        await CountToAsync(page, 3);

        // From the reload on: before it, nothing is rendered.
        page.Page.Request += (_, request) => Link.RoundTrip = request.IsNavigationRequest ? TimeSpan.FromMilliseconds(roundTrip) : Link.RoundTrip;
        await LoseAsync(page);

        Assert.Equal(["Current count: 3"], await page.ValuesAsync());
        await CountToAsync(page, 4, from: 3);
    }

    [Theory]
    [InlineData("/note", "", "milk")]
    [InlineData("/tab-orders/2", "2:", "2:milk")]
    [InlineData("/streamed", "loaded", "milk")]
    [InlineData("/classic", "", "milk")]
    [InlineData("/classic-fallback/any", "", "milk")]
    public async Task Reload_TabScope_NoOtherValueIsEverOnTheScreen(string path, string initial, string shown)
    {
        var page = await OpenRecordedAsync(path);
        await page.ShowsAsync(initial);
        await page.TypeAsync("text", "milk", shown);
        await page.HasNothingUnsentAsync();

        await page.ReloadAsync();

        Assert.Equal([shown], await page.ValuesAsync());
        Assert.False(Assert.Single(await page.MarkedAsync()));
        await page.TypeAsync("text", "tea", shown.Replace("milk", "tea", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_ReconnectScope_ShowsTheInitialValue()
    {
        var page = await OpenRecordedAsync("/counter");
        await CountToAsync(page, 2);

        await page.ReloadAsync();

        Assert.Equal(["Current count: 0"], await page.ValuesAsync());
    }

    [Fact]
    public async Task Loss_OfAService_ItsValueIsThereFromTheFirstByteOn()
    {
        var page = await OpenRecordedAsync("/cart");
        await page.ClickAsync("add");
        await page.ShowsAsync("pizza");

        await LoseAsync(page);

        Assert.Equal(["pizza"], await page.ValuesAsync());
        await page.ClickAsync("add");
        await page.ShowsAsync("pizza,pizza");
    }

    [Fact]
    public async Task Loss_OfAValueThatIsHandedOverToo_BothAreThereFromTheFirstByteOn()
    {
        var page = await OpenRecordedAsync("/persistent");
        await page.TypeAsync("text", "milk");
        await page.HasTextAsync("typed", "milk");

        await LoseAsync(page);

        // What the page has made is handed over, and what was typed is recovered in the same HTML.
        Assert.Single(await page.ValuesAsync());
        Assert.Equal(["milk"], await page.TypedAsync());
    }

    [Fact]
    public async Task AnotherTab_OpenedWhileTheCookieLives_ShowsNothingOfIt()
    {
        var page = await OpenRecordedAsync("/note");
        await page.TypeAsync("text", "milk", shown: "milk");
        var other = new OrdinaryPage(await page.Page.Context.NewPageAsync(), () => Link.Address);
        await page.ReloadCookiesAsync();

        await other.OpenAsync("/note");
        Assert.Equal([""], await other.ValuesAsync());
        await page.ReloadCookiesAsync();
        await other.ReloadAsync();
        Assert.Equal([""], await other.ValuesAsync());
    }

    [Fact]
    public async Task Request_OfAReload_HasTheValuesAndIsNotKeptByAnyCache()
    {
        var page = await OpenRecordedAsync("/note");
        await page.TypeAsync("text", "milk", shown: "milk");
        await page.HasNothingUnsentAsync();
        var cookies = await page.ReloadCookiesAsync();

        using var answer = await RequestAsync("/note", cookies, Reload);
        Assert.Equal("milk", await ShownAsync(answer));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), static cookie => cookie.StartsWith(".LiveStash.Reload=shown;", StringComparison.Ordinal));

        // Read, and not taken over: the page goes on.
        await page.TypeAsync("text", "tea", shown: "tea");
        await page.HasNothingUnsentAsync();
        using var again = await RequestAsync("/note", cookies, Reload);
        Assert.Equal("tea", await ShownAsync(again));
    }

    [Fact]
    public async Task Request_ThatIsNoReload_HasTheInitialValue()
    {
        var page = await OpenRecordedAsync("/note");
        await page.TypeAsync("text", "milk", shown: "milk");
        var cookies = await page.ReloadCookiesAsync();

        foreach (var cacheControl in new[] { null, "no-cache", "max-age=60" })
        {
            using var answer = await RequestAsync("/note", cookies, cacheControl);
            Assert.Equal("", await ShownAsync(answer));
        }
    }

    /// <summary>The headers that Firefox 153 ESR sends for location.reload(), and for an address that is typed.</summary>
    [Theory]
    [InlineData(null, "milk")]
    [InlineData("?1", "")]
    public async Task Request_OfFirefox_HasTheValuesIfNoUserHasBegunIt(string? byUser, string shown)
    {
        var page = await OpenRecordedAsync("/note");
        await page.TypeAsync("text", "milk", shown: "milk");
        await page.HasNothingUnsentAsync();

        using var answer = await RequestAsync("/note", await page.ReloadCookiesAsync(), null, request =>
        {
            request.Headers.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0");
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
            if (byUser is not null)
            {
                request.Headers.Add("Sec-Fetch-User", byUser);
            }
        });

        Assert.Equal(shown, await ShownAsync(answer));
    }

    [Fact]
    public async Task Request_WithTheCookieOfAnotherUser_HasTheInitialValue()
    {
        var (page, other) = (await OpenRecordedAsync("/note"), await OpenRecordedAsync("/note"));
        await page.TypeAsync("text", "milk", shown: "milk");
        var mark = Log.Mark;

        var stolen = ReloadCookie().Match(await page.ReloadCookiesAsync()).Value;
        var session = SessionCookie().Match(string.Join("; ", (await other.Page.Context.CookiesAsync()).Select(static cookie => $"{cookie.Name}={cookie.Value}"))).Value;
        using var answer = await RequestAsync("/note", $"{session}; {stolen}", Reload);

        Assert.Equal("", await ShownAsync(answer));
        Assert.Empty(await ProblemsAsync(mark));
    }

    [Theory]
    [InlineData("shown")]
    [InlineData("...")]
    [InlineData("AAAA.1.*.memory")]
    [InlineData("AAAA.1.*.no-such-engine")]
    [InlineData("%00%ff.%2e.1;.memory")]
    [InlineData(null)]
    public async Task Request_WithAForgedCookie_HasTheInitialValueAndNoProblemIsLogged(string? forged)
    {
        var page = await OpenRecordedAsync("/note");
        await page.TypeAsync("text", "milk", shown: "milk");
        var mark = Log.Mark;

        var cookies = ReloadCookie().Replace(await page.ReloadCookiesAsync(), $".LiveStash.Reload={forged ?? new string('A', 8000)}");
        using var answer = await RequestAsync("/note", cookies, Reload);

        Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, await ShownAsync(answer)));
        Assert.Empty(await ProblemsAsync(mark));
    }

    [Fact]
    public async Task Request_SavedValueMakesRenderingThrow_ThePageIsServedWithoutIt()
    {
        var page = await OpenRecordedAsync("/poison");
        await page.ClickAsync("last");
        await page.ShowsAsync("second");
        var cookies = await page.ReloadCookiesAsync();
        await page.ClickAsync("beyond");
        await page.ShowsErrorAsync();

        // A circuit that fails saves what it has as it ends; the browser may hear of the failure first.
        await UntilAsync(async () =>
        {
            using var before = await RequestAsync("/poison", cookies, Reload);
            return await ShownAsync(before) != "second";
        });
        await Server.LogIsCompleteAsync();
        var mark = Log.Mark;
        using var answer = await RequestAsync("/poison", cookies, Reload);

        Assert.Equal((HttpStatusCode.OK, "first"), (answer.StatusCode, await ShownAsync(answer)));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("could not be prerendered", Assert.Single(await ProblemsAsync(mark)), StringComparison.Ordinal);
    }

    private static async Task CountToAsync(OrdinaryPage page, int count, int from = 0)
    {
        for (var i = from; i < count; i++)
        {
            await page.Page.Locator("button.btn").ClickAsync();
            await Assertions.Expect(page.Page.Locator("[role=status]")).ToHaveTextAsync($"Current count: {i + 1}");
        }
    }

    private static async Task<string?> ShownAsync(HttpResponseMessage answer) =>
        Shown().Match(await answer.Content.ReadAsStringAsync()) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    private async Task<OrdinaryPage> OpenRecordedAsync(string path)
    {
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder, FirstValues.Recorder)).Page, () => Link.Address);
        await page.OpenAsync(path);
        return page;
    }

    private async Task<HttpResponseMessage> RequestAsync(string path, string cookies, string? cacheControl, Action<HttpRequestMessage>? change = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Address, path));
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Cookie", cookies);
        if (cacheControl is not null)
        {
            request.Headers.Add("Cache-Control", cacheControl);
        }

        change?.Invoke(request);
        return await http.SendAsync(request);
    }

    [GeneratedRegex("""<p id="shown">([^<]*)""")]
    private static partial Regex Shown();

    [GeneratedRegex(@"\.LiveStash\.Reload=[^;]*")]
    private static partial Regex ReloadCookie();

    [GeneratedRegex(@"\.LiveStash\.Session\.[^;]*")]
    private static partial Regex SessionCookie();
}
