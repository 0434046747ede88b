using System.Diagnostics.Metrics;
using System.Net;
using LiveStash.Dashboard;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Dashboard;

/// <summary>Who gets the dashboard, over http.</summary>
public sealed class DashboardAccessTests
{
    private static readonly string[] All = ["", "/", "/data", "/dashboard.css", "/tables.css", "/dashboard.js", "/numbers.js", "/plots.js", "/tables.js", "/icon.svg"];

    [Fact]
    public async Task ThisMachine_WithoutAPolicy_GetsAllOfItUncachedAndUnderAStrictPolicy()
    {
        await using var app = await StartAsync(static app => app.MapLiveStashDashboard());

        foreach (var path in All)
        {
            var answer = await SendAsync(app, $"/livestash{path}");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("no-store", $"{answer.Headers.CacheControl}");
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        }
    }

    [Fact]
    public async Task Page_HasNothingInlineAndNothingFromElsewhere()
    {
        await using var app = await StartAsync(static app => app.MapLiveStashDashboard());
        foreach (var path in All.Where(static path => path != "/data"))
        {
            var text = await (await SendAsync(app, $"/livestash{path}")).Content.ReadAsStringAsync();

            Assert.NotEmpty(text);
            Assert.DoesNotMatch(@"https?://(?!www\.w3\.org/2000/svg)|<style|style=|<script(?! type=""module"" src=)|\bon\w+=""|innerHTML|\{base\}", text);
        }
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Original-For", "127.0.0.1:1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "example.com")]
    [InlineData("Host", "localhost.example.com")]
    [InlineData("Host", "192.0.2.7:80")]
    public async Task Stranger_WithoutAPolicy_FindsAsLittleAsWhereNothingIs(string header, string value)
    {
        await using var app = await StartAsync(static app => app.MapLiveStashDashboard());
        foreach (var method in new[] { "GET", "HEAD", "POST", "OPTIONS", "DELETE" })
        {
            var nothing = Told(await SendAsync(app, "/nothing", method, header, value));
            foreach (var path in All)
            {
                Assert.Equal(nothing, Told(await SendAsync(app, $"/livestash{path}", method, header, value)));
            }
        }
    }

    [Theory]
    [InlineData("localhost:5080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("127.0.0.53", true)]
    [InlineData("", false)]
    [InlineData("localhost.", false)]
    [InlineData("127.0.0.1.example.com", false)]
    public void LocalRequest_ByName_IsOnlyTheMachinesOwn(string host, bool expected) =>
        Assert.Equal(expected, LocalRequest.Is(new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback }, Request = { Host = new(host) } }));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData(null, false)]
    public void LocalRequest_ByAddress_IsOnlyTheMachinesOwn(string? address, bool expected) =>
        Assert.Equal(expected, LocalRequest.Is(new DefaultHttpContext { Connection = { RemoteIpAddress = address is null ? null : IPAddress.Parse(address) }, Request = { Host = new("localhost") } }));

    [Fact]
    public async Task Policy_IsThere_ItDecidesAndNotTheMachine()
    {
        await using var app = await StartAsync(static app => app.MapLiveStashDashboard("/ops/{room}/stashes").RequireAuthorization("operators"));

        foreach (var path in All)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, $"/ops/7/stashes{path}")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(app, $"/ops/7/stashes{path}", header: "User", value: "guest")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, $"/ops/7/stashes{path}", header: "User", value: "operator")).StatusCode);
        }

        var page = await (await SendAsync(app, "/ops/7/stashes/", header: "User", value: "operator")).Content.ReadAsStringAsync();
        Assert.Contains("src=\"/ops/7/stashes/dashboard.js\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_IsSwitchedOffByAGroupAround_ItIsForThisMachineAlone()
    {
        await using var app = await StartAsync(static app => app.MapGroup("").AllowAnonymous().MapLiveStashDashboard().RequireAuthorization());

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(app, "/livestash", header: "X-Forwarded-For", value: "192.0.2.7")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, "/livestash")).StatusCode);
    }

    [Fact]
    public async Task Path_HoldsMarkup_IsEncoded()
    {
        await using var app = await StartAsync(static app => app.MapLiveStashDashboard("/{room}/stashes"));

        var page = await (await SendAsync(app, "/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E/stashes")).Content.ReadAsStringAsync();

        Assert.Contains("dashboard.js", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Write_OfThisMachine_IsNotAllowed()
    {
        await using var app = await StartAsync(static app => app.MapLiveStashDashboard());

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await SendAsync(app, "/livestash/data", "POST")).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task App_MapsItOrNot_OnlyThenAnythingIsThereAndCounts(bool maps)
    {
        await using var app = await StartAsync(app =>
        {
            if (maps)
            {
                app.MapLiveStashDashboard();
            }
        });

        Assert.Equal(maps ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await SendAsync(app, "/livestash")).StatusCode);
        var counter = app.Services.GetRequiredService<IMeterFactory>().Create("LiveStash").CreateCounter<long>("livestash.saves");
        Assert.Equal(maps, counter.Enabled);
    }

    [Fact]
    public async Task Map_WithoutLiveStash_SaysWhatIsMissing()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Assert.Contains("AddLiveStash()", Assert.Throws<InvalidOperationException>(() => app.MapLiveStashDashboard()).Message, StringComparison.Ordinal);
    }

    private static string Told(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {string.Join(' ', answer.Headers.Concat(answer.Content.Headers).Where(static header => header.Key != "Date").Select(static header => $"{header.Key}={string.Join(',', header.Value)}").Order(StringComparer.Ordinal))}";

    private static async Task<HttpResponseMessage> SendAsync(WebApplication app, string path, string method = "GET", string? header = null, string? value = null)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(new(method), app.Urls.Single() + path);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        var answer = await http.SendAsync(request);
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddLiveStash();
        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireUserName("operator"));
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        map(app);
        await app.StartAsync();
        return app;
    }
}
