using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiveStash.Tests.Blazor.Hosting;

/// <summary>What an orchestrator is told of a web server.</summary>
public sealed class EngineHealthTests
{
    [Fact]
    public async Task Check_EngineAnswers_IsHealthyAndMakesNothing()
    {
        await using var server = Server();

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(server));
        await CheckAsync(server);

        Assert.Equal([StashEngineMethod.Open, StashEngineMethod.Open], server.Engine.Calls.Select(static call => call.Method));
        Assert.Single(server.Engine.Calls.Select(static call => call.Id).Distinct());
        Assert.All(server.Engine.Calls, static call => Assert.Equal((StashOpenMode.Read, StashOutcome.NotFound), (call.Mode, call.Outcome)));
    }

    [Theory]
    [InlineData(null, HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded)]
    public async Task Check_EngineCannotBeReached_IsAsTheHostSays(HealthStatus? failureStatus, HealthStatus expected)
    {
        await using var server = Server(failureStatus: failureStatus);
        server.Engine.IsUnavailable = true;

        Assert.Equal((expected, "The engine 'memory' cannot be reached."), await CheckAsync(server));
    }

    [Fact]
    public async Task Check_EngineHangs_IsUnhealthyAtTheTimeoutAndNotBefore()
    {
        await using var server = Server();
        server.Engine.Gate = new();
        var checking = CheckAsync(server);
        await Wait.UntilAsync(() => server.Engine.Calls.Count == 1, "the engine was asked");
        server.Time.Advance(LiveStashOptions.DefaultEngineTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(checking.IsCompleted);

        server.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((HealthStatus.Unhealthy, "The engine 'memory' does not answer within 2 s."), await checking.WaitAsync(Wait.Limit));
        server.Engine.Gate.SetResult();
    }

    [Fact]
    public async Task Check_EngineThrows_IsUnhealthyAndSaysNothingOfTheMessage()
    {
        await using var server = Server();
        server.Engine.Throws = new InvalidOperationException("secret");

        Assert.Equal((HealthStatus.Unhealthy, "The engine 'memory' failed (InvalidOperationException)."), await CheckAsync(server));
    }

    [Fact]
    public async Task Check_KeysAreKeptNowhere_IsDegradedUnlessTheEngineIsGoneToo()
    {
        await using var server = Server(persisted: false);

        var (status, description) = await CheckAsync(server);
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.Contains("key ring", description, StringComparison.Ordinal);

        server.Engine.IsUnavailable = true;
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(server)).Status);
    }

    [Fact]
    public async Task Check_EnginesInTheBrowser_AskWhatIsBehindThemOrNothing()
    {
        await using var browser = Server(static builder => builder.UseBrowser(StashTokenProtection.Sign));
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(browser));
        Assert.Empty(browser.Engine.Calls);

        await using var fallback = Server(static builder => builder.WithBrowserFallback());
        fallback.Engine.IsUnavailable = true;
        Assert.Equal((HealthStatus.Unhealthy, "The engine 'memory' cannot be reached."), await CheckAsync(fallback));
    }

    [Fact]
    public void AddLiveStash_WithNameTagsAndTimeout_RegistersThem()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddLiveStash().AddLiveStash("pages", tags: ["ready"], timeout: TimeSpan.FromSeconds(1));
        var checks = services.BuildServiceProvider().GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations.ToArray();

        Assert.Equal(["livestash", "pages"], checks.Select(static check => check.Name));
        Assert.Equal((HealthStatus.Unhealthy, TimeSpan.FromSeconds(1)), (checks[1].FailureStatus, checks[1].Timeout));
        Assert.Equal(["ready"], checks[1].Tags);
    }

    private static TestServer Server(Action<ILiveStashBuilder>? configure = null, HealthStatus? failureStatus = null, bool persisted = true) => new(
        configure,
        services: services =>
        {
            services.AddHealthChecks().AddLiveStash(failureStatus: failureStatus);
            if (persisted)
            {
                services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(Path.GetTempPath()));
            }
        });

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(TestServer server)
    {
        var report = await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var (_, entry) = Assert.Single(report.Entries);
        return (entry.Status, entry.Description);
    }
}
