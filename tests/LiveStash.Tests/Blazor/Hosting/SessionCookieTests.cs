using LiveStash.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Hosting;

public sealed class SessionCookieTests
{
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
        Assert.Null(await RequestAsync(request => request.Headers.Cookie = $"{SessionCookieMiddleware.CookieName}={new string('a', SessionCookieMiddleware.ValueLength)}"));

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public async Task Page_WithACookieThatIsNotOurs_GetsAnother(string value) =>
        Assert.NotNull(await RequestAsync(request => request.Headers.Cookie = $"{SessionCookieMiddleware.CookieName}={value}"));

    [Theory]
    [InlineData("POST", "text/html")]
    [InlineData("GET", "application/json")]
    [InlineData("GET", "")]
    public async Task AnythingButAPage_GetsNone(string method, string accept) => Assert.Null(await RequestAsync(request =>
    {
        request.Method = method;
        request.Headers.Accept = accept;
    }));

    private static string Value(string cookie) => cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..cookie.IndexOf(';', StringComparison.Ordinal)];

    private static async Task<string?> RequestAsync(Action<HttpRequest> change, Action<IApplicationBuilder>? configure = null)
    {
        var app = new ApplicationBuilder(new ServiceCollection().AddLogging().BuildServiceProvider());
        new SessionCookieMiddleware().Configure(next =>
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
