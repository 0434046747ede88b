using LiveStash.Hosting;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Hosting;

/// <summary>Whether pages negotiate, and how they come to know.</summary>
public sealed class ConnectionCookieTests
{
    private const string Azure = "Endpoint=https://example.service.signalr.net;AccessKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;Version=1.0;";

    [Fact]
    public async Task Page_OfAHostThatSaysNothing_GetsNoCookie() => Assert.Null(await RequestAsync(static services => services.AddLiveStash()));

    [Fact]
    public async Task Page_OfAHostThatNegotiates_GetsTheCookieOnceAndAScriptCanReadIt()
    {
        static void Register(IServiceCollection services) => services.AddLiveStash().ConfigureConnection(options => options.Negotiate = true);

        var cookie = await RequestAsync(Register);

        Assert.StartsWith(".LiveStash.Connection=negotiate;", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Null(await RequestAsync(Register, ".LiveStash.Connection=negotiate"));
    }

    [Fact]
    public async Task Page_OfAHostThatNegotiatesNoMore_LosesTheCookie() =>
        Assert.Contains("expires=Thu, 01 Jan 1970", await RequestAsync(static services => services.AddLiveStash(), ".LiveStash.Connection=negotiate"), StringComparison.Ordinal);

    [Fact]
    public async Task Page_OfAHostWithAzureSignalR_GetsTheCookieWhicheverIsRegisteredFirst()
    {
        Assert.NotNull(await RequestAsync(static services =>
        {
            services.AddSignalR().AddAzureSignalR(Azure);
            services.AddLiveStash();
        }));
        Assert.NotNull(await RequestAsync(static services =>
        {
            services.AddLiveStash();
            services.AddSignalR().AddAzureSignalR(Azure);
        }));
    }

    [Fact]
    public async Task Page_OfAHostWithAzureSignalRThatKnowsBetter_GetsNone() => Assert.Null(await RequestAsync(static services =>
    {
        services.AddSignalR().AddAzureSignalR(Azure);
        services.AddLiveStash().ConfigureConnection(options => options.Negotiate = false);
    }));

    private static async Task<string?> RequestAsync(Action<IServiceCollection> register, string? cookie = null)
    {
        var services = new ServiceCollection().AddLogging();
        register(services);
        await using var provider = services.BuildServiceProvider();
        var app = new ApplicationBuilder(provider);
        provider.GetServices<IStartupFilter>().OfType<ConnectionCookieMiddleware>().Single().Configure(static next => next.Run(static _ => Task.CompletedTask))(app);
        var response = new StartingResponse();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseFeature>(response);
        (http.Request.Method, http.Request.Scheme, http.Request.Headers.Accept, http.Request.Headers.Cookie) = ("GET", "http", "text/html,*/*", cookie);
        await app.Build()(http);
        await response.StartAsync();
        return http.Response.Headers.SetCookie;
    }
}
