using System.Security.Claims;
using LiveStash.Hosting;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>A user signs in or out inside a circuit.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private const string Visitor = "visitor:cookie";

    private readonly TestServer _server = new(services: services => services
        .AddScoped<AuthenticationStateProvider, Users>()
        .AddScoped<IStashSessionKeyProvider, Keys>());

    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task SignOut_InsideACircuit_TheNextUserOfTheTabGetsNothingAndItsChangesAreItsOwn()
    {
        await using var circuit = await _server.OpenAsync(_browser, context => context.SessionKey = "unused");
        var users = (Users)circuit.Services.GetRequiredService<AuthenticationStateProvider>();
        await SignInAsync(circuit, users, "ida");
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => (counter.Count, counter.Note) = (7, "ida's"));
        await circuit.SettleAsync();
        var idas = _server.Engine.Calls[^1].Id;

        await SignInAsync(circuit, users, "bo");
        await circuit.SettleAsync();
        Assert.Single(_server.Engine.Writes);
        await circuit.DoAsync(() => counter.Count = 8);
        await circuit.SettleAsync();

        var bos = _server.Engine.Calls[^1].Id;
        Assert.NotEqual(idas, bos);
        Assert.Equal([Counter.Entry<AutoCounter>("Count")], (await _server.Engine.ContentAsync(bos))!.Keys);
        Assert.Equal("7", (await _server.Engine.ContentAsync(idas))![Counter.Entry<AutoCounter>("Count")]);

        _browser.Lost = true;
        await using var after = await _server.OpenAsync(_browser);
        Assert.Equal(StashStatus.NotFound, (await after.AddAsync<AutoCounter>()).Status);
    }

    private static async Task SignInAsync(TestCircuit circuit, Users users, string name)
    {
        await circuit.DoAsync(() => users.SignIn(name));
        await circuit.SettleAsync();
    }

    private sealed class Users : AuthenticationStateProvider
    {
        private AuthenticationState _state = new(new(new ClaimsIdentity()));

        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(_state);

        public void SignIn(string name)
        {
            _state = new(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, name)], "test")));
            NotifyAuthenticationStateChanged(Task.FromResult(_state));
        }
    }

    private sealed class Keys(AuthenticationStateProvider users) : IStashSessionKeyProvider
    {
        public async ValueTask<string> GetSessionKeyAsync(CancellationToken cancellationToken = default) =>
            (await users.GetAuthenticationStateAsync()).User.FindFirst(ClaimTypes.NameIdentifier) is { } id ? $"user:{id.Value}" : Visitor;
    }
}
