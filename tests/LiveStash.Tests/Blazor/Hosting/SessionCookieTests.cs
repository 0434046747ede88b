using LiveStash.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Blazor.Hosting;

public sealed class SessionCookieTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Page_WithoutTheCookie_GetsOneThatScriptsCannotReadAndThatDiffersEachTime()
    {
        var cookie = await RequestAsync(_ => { });

        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(SessionCookieMiddleware.ValueLength, Value(cookie!).Length);
        Assert.NotEqual(Value(cookie!), Value((await RequestAsync(_ => { }))!));
    }

    [Fact]
    public async Task Pages_FirstOnesAtTheSameTime_BrowserKeepsBothCookiesAndTheOlderCounts()
    {
        var older = Pair((await RequestAsync(_ => { }))!);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var newer = Pair((await RequestAsync(_ => { }))!);
        Assert.NotEqual(Name(older), Name(newer));

        foreach (var cookies in new[] { $"{older}; {newer}", $"{newer}; {older}", $"{SessionCookieMiddleware.NamePrefix}0=short; {newer}; {older}" })
        {
            var request = new DefaultHttpContext().Request;
            request.Headers.Cookie = cookies;

            Assert.Equal(Value(older), SessionCookieMiddleware.ValueOf(request));
        }
    }

    [Fact]
    public async Task Pages_FirstOnesInTheSameMillisecond_CookiesHaveNamesOfTheirOwn()
    {
        var names = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Add(Name((await RequestAsync(_ => { }))!));
        }

        Assert.Equal(5, names.Count);
    }

    [Fact]
    public async Task Page_OverHttps_CookieIsSecure() =>
        Assert.Contains("secure", await RequestAsync(request => request.Scheme = "https"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Page_OverHttpsThroughAProxyThatSaysSo_CookieIsSecure() =>
        Assert.Contains(
            "secure",
            await RequestAsync(
                request => request.Headers["X-Forwarded-Proto"] = "https",
                app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto })),
            StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Page_WithTheCookie_KeepsIt() =>
        Assert.Null(await RequestAsync(request => request.Headers.Cookie = $"{SessionCookieMiddleware.NamePrefix}1={new string('a', SessionCookieMiddleware.ValueLength)}"));

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public async Task Page_WithACookieThatIsNotOurs_GetsAnother(string value) =>
        Assert.NotNull(await RequestAsync(request => request.Headers.Cookie = $"{SessionCookieMiddleware.NamePrefix}1={value}"));

    [Theory]
    [InlineData("POST", "text/html")]
    [InlineData("GET", "application/json")]
    [InlineData("GET", "")]
    public async Task AnythingButAPage_GetsNone(string method, string accept) => Assert.Null(await RequestAsync(request =>
    {
        request.Method = method;
        request.Headers.Accept = accept;
    }));

    private static string Pair(string cookie) => cookie.Split(';')[0];

    private static string Name(string cookie) => cookie.Split('=')[0];

    private static string Value(string cookie) => Pair(cookie).Split('=')[1];

    private async Task<string?> RequestAsync(Action<HttpRequest> change, Action<IApplicationBuilder>? configure = null)
    {
        var app = new ApplicationBuilder(new ServiceCollection().AddLogging().BuildServiceProvider());
        new SessionCookieMiddleware(_time).Configure(next =>
        {
            configure?.Invoke(next);
            next.Run(static _ => Task.CompletedTask);
        })(app);
        var response = new StartingResponse();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseFeature>(response);
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Loopback;
        (http.Request.Method, http.Request.Scheme) = ("GET", "http");
        http.Request.Headers.Accept = "text/html,*/*";
        change(http.Request);
        await app.Build()(http);
        await response.StartAsync();
        return http.Response.Headers.SetCookie;
    }
}
