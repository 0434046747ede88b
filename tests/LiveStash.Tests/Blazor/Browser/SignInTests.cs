using System.Security.Claims;
using LiveStash.Hosting;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>Whose a stash is, with the real provider of session keys: the user, or the visitor's cookie.</summary>
public sealed partial class SignInTests
{
    private const string Cookie = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

    private readonly FakeBrowser _browser = new();
    private string? _user;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_AnonymousStash_IsTakenAlongOnlyWhereTheAppSaysSo(bool takeAlong)
    {
        await using var server = Server(takeAlong);
        var anonymous = await SaveAsync(server, 7);
        var tag = _browser.Tag();

        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            await circuit.SettleAsync();
            Assert.Equal(takeAlong ? (StashStatus.Recovered, 7) : (StashStatus.NotFound, 0), (counter.Status, counter.Count));
            Assert.NotEqual(tag, _browser.Tag());
            await counter.SetAsync(8);
            Assert.NotEqual(anonymous, server.Engine.Calls[^1].Id);
        }

        // It is copied, not taken over; and signed out, the user's is unreachable.
        Assert.Equal("7", (await server.Engine.ContentAsync(anonymous))![Counter.Entry<TabCounter>("Count", scope: StashScope.Tab)]);
        await using (var again = await OpenAsync(server))
        {
            Assert.Equal(8, (await again.AddAsync<TabCounter>()).Count);
        }

        _user = null;
        await using var signedOut = await OpenAsync(server);
        var after = await signedOut.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.NotFound, 0), (after.Status, after.Count));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("browser")]
    public async Task SignIn_AgainAfterALossThatLedToTheSignInPage_TheUsersStateIsThere(string engine)
    {
        await using var server = Server(takeAlong: false, configure: builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).UseEngine(engine));
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(7)).IsSaved);
        }

        await using (var reloaded = await OpenAsync(server))
        {
            Assert.Equal(7, (await reloaded.AddAsync<TabCounter>()).Count);
        }

        // The session has run out: the page that comes after the loss is the one to sign in, which keeps something itself.
        _browser.Lost = true;
        _user = null;
        await using (var login = await OpenAsync(server))
        {
            await (await login.AddAsync<TabCounter>("name")).SetAsync(1);
        }

        _user = "ann";
        await using (var back = await OpenAsync(server))
        {
            Assert.Equal(7, (await back.AddAsync<TabCounter>()).Count);
        }

        // And nothing of before signing in is left for whoever comes after.
        _user = null;
        await using var signedOut = await OpenAsync(server);
        Assert.Equal(0, (await signedOut.AddAsync<TabCounter>("name")).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_InsideACircuitThenSignedOut_NothingOfBeforeIsLeftToWhoeverComesAfter(bool takeAlong)
    {
        await using var server = Server(takeAlong);
        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(7)).IsSaved);
            await ChangeUserAsync(circuit, "ann");
        }

        await using var signedOut = await OpenAsync(server);
        var after = await signedOut.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.NotFound, 0), (after.Status, after.Count));
    }

    [Fact]
    public async Task SignIn_InsideACircuitAndOutAgain_NeitherSeesTheOthers()
    {
        await using var server = Server();
        await using (var circuit = await OpenAsync(server))
        {
            await ChangeUserAsync(circuit, "ann");
            Assert.True((await (await circuit.AddAsync<TabCounter>("ann's")).SetAsync(7)).IsSaved);
        }

        await using (var circuit = await OpenAsync(server))
        {
            var visitors = await circuit.AddAsync<TabCounter>("visitor's");
            Assert.True((await visitors.SetAsync(1)).IsSaved);
            Assert.Equal(0, (await circuit.AddAsync<TabCounter>("ann's")).Count);

            await ChangeUserAsync(circuit, "ann");
            await circuit.RemoveAsync(visitors);
            Assert.Equal(0, (await circuit.AddAsync<TabCounter>("visitor's")).Count);
        }

        await using (var circuit = await OpenAsync(server))
        {
            await ChangeUserAsync(circuit, "ann");
            var anns = await circuit.AddAsync<TabCounter>("ann's");
            Assert.Equal(7, anns.Count);

            await ChangeUserAsync(circuit, null);
            await circuit.RemoveAsync(anns);
            Assert.Equal(0, (await circuit.AddAsync<TabCounter>("ann's")).Count);
            Assert.Equal(0, (await circuit.AddAsync<TabCounter>("visitor's")).Count);
        }

        await using var last = await OpenAsync(server);
        Assert.Equal(0, (await last.AddAsync<TabCounter>("ann's")).Count);
        Assert.Equal(0, (await last.AddAsync<TabCounter>("visitor's")).Count);
    }

    [Fact]
    public async Task SignOut_WhileThePageIsHeld_TheNextUserGetsNothing()
    {
        await using var server = Server(patience: LiveStashOptions.DefaultRecoveryPatience);
        _user = "ann";
        await SaveAsync(server, 7);
        server.Engine.IsUnavailable = true;
        TestCircuit circuit = null!;
        Task starting = null!;
        await WithCookieAsync(Cookie, () =>
        {
            circuit = server.Create(_browser);
            starting = circuit.StartAsync();
            return Task.CompletedTask;
        });
        await circuit.UntilAsync(() => circuit.Page.Calls.Contains("LiveStash.hold"), "the hold");

        await ChangeUserAsync(circuit, "bob");
        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await starting.WaitAsync(Wait.Limit);

        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal(0, counter.Count);
        Assert.True((await counter.SetAsync(8)).IsSaved);
        await circuit.CloseAsync();
        await using var anns = await OpenAsync(server);
        Assert.Equal(7, (await anns.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task SignIn_AsAnotherUser_NotFound()
    {
        await using var server = Server(takeAlong: true);
        _user = "ann";
        await SaveAsync(server, 7);

        _user = "bob";
        await using var circuit = await OpenAsync(server);
        Assert.Equal((StashStatus.NotFound, 0), ((await circuit.AddAsync<TabCounter>()).Status, 0));
    }

    [Fact]
    public async Task Anonymous_OtherCookieOrNone_NotRecovered()
    {
        await using var server = Server();
        await SaveAsync(server, 7);

        await using (var circuit = await OpenAsync(server, "another cookie of forty three characters..."))
        {
            Assert.Equal(StashStatus.NotFound, (await circuit.AddAsync<TabCounter>()).Status);
        }

        await using var without = await OpenAsync(server, "");
        Assert.Equal(StashStatus.Error, (await without.AddAsync<TabCounter>()).Status);
        Assert.Contains(SessionCookieMiddleware.NamePrefix, Assert.Single(server.Logs.AtLeast(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignedIn_SameIdFromAnotherIssuer_NotRecovered()
    {
        await using var server = Server();
        _user = "ann";
        await SaveAsync(server, 7);

        _user = "other-issuer|ann";
        await using var circuit = await OpenAsync(server);
        Assert.Equal(StashStatus.NotFound, (await circuit.AddAsync<TabCounter>()).Status);
    }

    [Fact]
    public async Task SignedIn_UserWithoutAnyId_ErrorWithTheFixInTheLogAndThePageWorks()
    {
        await using var server = Server();
        _user = "";
        await using var circuit = await OpenAsync(server);

        Assert.Equal(StashStatus.Error, (await circuit.AddAsync<TabCounter>()).Status);
        Assert.Contains("Issue one, or register an IStashSessionKeyProvider", Assert.Single(server.Logs.AtLeast(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StartCircuit", true)]
    [InlineData("ResumeCircuit", true)]
    [InlineData("UpdateRootComponents", true)]
    [InlineData("BeginInvokeDotNetFromJS", false)]
    public async Task CircuitRequest_ByMethodOfTheHub_IsTheRequestOfTheConnection(string method, bool expected)
    {
        var http = new DefaultHttpContext();
        await RunAsync(http, method, () =>
        {
            Assert.Same(expected ? http : null, CircuitRequest.Current);
            return Task.CompletedTask;
        });
        Assert.Null(CircuitRequest.Current);
    }

    private TestServer Server(bool takeAlong = false, TimeSpan patience = default, Action<ILiveStashBuilder>? configure = null) => new(
        builder =>
        {
            builder.ConfigureSession(session => session.TakeAnonymousStashAlong = takeAlong);
            configure?.Invoke(builder);
        },
        options => options.RecoveryPatience = patience,
        services: services => services
            .AddScoped<IStashSessionKeyProvider, SessionKeyProvider>()
            .AddScoped<AuthenticationStateProvider>(_ => new Authentication(_user)));

    private async Task<StashId> SaveAsync(TestServer server, int count)
    {
        await using var circuit = await OpenAsync(server);
        Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(count)).IsSaved);
        return server.Engine.Calls[^1].Id;
    }

    private async Task<TestCircuit> OpenAsync(TestServer server, string cookie = Cookie)
    {
        TestCircuit? circuit = null;
        await WithCookieAsync(cookie, async () => circuit = await server.OpenAsync(_browser));
        return circuit!;
    }

    private static Task WithCookieAsync(string cookie, Func<Task> run)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = $"{SessionCookieMiddleware.NamePrefix}1={Uri.EscapeDataString(cookie)}";
        return RunAsync(http, "UpdateRootComponents", run);
    }

    private static async Task RunAsync(HttpContext http, string method, Func<Task> run)
    {
        var invocation = new HubInvocationContext(new Caller(http), new ServiceCollection().BuildServiceProvider(), new CircuitHub(), typeof(CircuitHub).GetMethod(method)!, []);
        await new CircuitRequest().InvokeMethodAsync(invocation, async _ =>
        {
            await run();
            return null;
        });
    }

    private static async Task ChangeUserAsync(TestCircuit circuit, string? user)
    {
        await circuit.DoAsync(() => ((Authentication)circuit.Services.GetRequiredService<AuthenticationStateProvider>()).Change(user));
        await circuit.SettleAsync();
    }

    private sealed class Authentication(string? user) : AuthenticationStateProvider
    {
        public void Change(string? to)
        {
            user = to;
            NotifyAuthenticationStateChanged(GetAuthenticationStateAsync());
        }

        public void Fail() => NotifyAuthenticationStateChanged(Task.FromException<AuthenticationState>(new TimeoutException("Nobody says who it is.")));

        public override Task<AuthenticationState> GetAuthenticationStateAsync()
        {
            var parts = user?.Split('|') ?? [];
            var identity = user switch
            {
                null => new ClaimsIdentity(),
                "" => new ClaimsIdentity("test"),
                _ => new ClaimsIdentity([new(ClaimTypes.NameIdentifier, parts[^1], null, parts[0])], "test"),
            };
            return Task.FromResult(new AuthenticationState(new(identity)));
        }
    }

    /// <summary>The names of the methods of Blazor's hub.</summary>
    private sealed class CircuitHub : Hub
    {
        public void StartCircuit()
        {
        }

        public void ResumeCircuit()
        {
        }

        public void UpdateRootComponents()
        {
        }

        public void BeginInvokeDotNetFromJS()
        {
        }
    }

    private sealed class Caller : HubCallerContext, IHttpContextFeature
    {
        public Caller(HttpContext http)
        {
            HttpContext = http;
            Features.Set<IHttpContextFeature>(this);
        }

        public HttpContext? HttpContext { get; set; }

        public override string ConnectionId => "connection";

        public override string? UserIdentifier => null;

        public override ClaimsPrincipal? User => null;

        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override CancellationToken ConnectionAborted => CancellationToken.None;

        public override void Abort()
        {
        }
    }
}
