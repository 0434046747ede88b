using LiveStash.Engines;
using LiveStash.Hosting;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Tests.Blazor.Hosting;

public sealed class RegistrationTests
{
    private readonly FakeBrowser _browser = new();

    [Fact]
    public async Task AddLiveStash_Twice_IsHarmlessAndBothConfigure()
    {
        await using var server = new TestServer(builder => builder.Services
            .AddLiveStash(options => options.EngineTimeout = TimeSpan.FromSeconds(5))
            .Services.AddLiveStash(), options => options.TimeToLive = TimeSpan.FromHours(1));
        await using var circuit = await server.OpenAsync(_browser);

        Assert.Single(circuit.Services.GetServices<CircuitHandler>());
        Assert.Single(circuit.Services.GetServices<IStash>());
        Assert.Equal(2, server.Services.GetServices<IStartupFilter>().Count());
        Assert.Single(server.Services.GetServices<IHostedService>().OfType<KeyRingCheck>());
        Assert.Single(server.Services.GetServices<IConfigureOptions<HubOptions>>(), setup => setup.GetType().Assembly == typeof(IStash).Assembly);
        var options = server.Services.GetRequiredService<IOptions<LiveStashOptions>>().Value;
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromSeconds(5)), (options.TimeToLive, options.EngineTimeout));
        Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(1)).IsSaved);
        Assert.Single(server.Engine.Calls);
    }

    [Fact]
    public async Task AddLiveStash_AppsOwnSessionKeyProvider_IsKept()
    {
        await using var server = new TestServer();
        await using var scope = server.Services.CreateAsyncScope();

        Assert.IsType<CircuitContext>(Assert.Single(scope.ServiceProvider.GetServices<IStashSessionKeyProvider>()));
    }

    [Fact]
    public async Task ConfigureCircuit_ByAddress_ChoosesEngineTimeToLiveAndDurability()
    {
        await using var server = new TestServer(builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).ConfigureCircuit((circuit, uri) =>
        {
            Assert.Equal((StashEngineNames.Memory, LiveStashOptions.DefaultTimeToLive, null), (circuit.Engine, circuit.TimeToLive, circuit.Durability));
            circuit.Engine = uri.AbsolutePath.Trim('/');
            circuit.TimeToLive = TimeSpan.FromSeconds(20);
            circuit.Durability = StashDurability.WriteThrough;
        }));

        await using (var memory = await server.OpenAsync(_browser, context => context.Uri = "https://shop.example/memory"))
        {
            Assert.Equal("memory", memory.Stash.Engine);
            await (await memory.AddAsync<Counter>()).SetAsync(1);
            Assert.Equal(new StashTerms(TimeSpan.FromSeconds(20), StashDurability.WriteThrough), Assert.Single(server.Engine.Writes).Terms);
            server.Time.Advance(TimeSpan.FromSeconds(5));
            await memory.UntilAsync(() => server.Engine.Calls[^1].Method == StashEngineMethod.Touch, "the touch");
        }

        await using var browser = await server.OpenAsync(_browser, context => context.Uri = "https://shop.example/browser");
        await (await browser.AddAsync<Counter>()).SetAsync(2);
        Assert.Single(server.Engine.Writes);
        Assert.Single(_browser.StateKeys);
        Assert.NotEqual(_browser.Tag("memory"), _browser.Tag("browser"));
    }

    [Theory]
    [InlineData("no-such-engine", 60)]
    [InlineData("memory", 0)]
    public async Task ConfigureCircuit_ToWhatCannotWork_ErrorInTheLogAndThePageWorks(string engine, int seconds)
    {
        await using var server = new TestServer(builder => builder.ConfigureCircuit((circuit, _) => (circuit.Engine, circuit.TimeToLive) = (engine, TimeSpan.FromSeconds(seconds))));
        await using var circuit = await server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.Equal(StashStatus.Error, counter.Status);
        Assert.False(circuit.Stash.IsActive);
        Assert.False((await counter.SetAsync(1)).IsSaved);
        var line = Assert.Single(server.Logs.AtLeast(LogLevel.Warning));
        Assert.Contains($"with the engine '{engine}'", line.Text, StringComparison.Ordinal);
        Assert.Empty(circuit.Renderer.Errors);
    }

    [Theory]
    [InlineData("no-such-engine")]
    [InlineData("browser")]
    public async Task UseEngine_ThatIsNotRegistered_OptionsNameThoseThatAre(string engine)
    {
        await using var server = new TestServer(builder => builder.UseEngine(engine));

        var thrown = Assert.Throws<OptionsValidationException>(() => server.Services.GetRequiredService<IOptions<LiveStashOptions>>().Value);
        Assert.Contains($"'{engine}', but the registered engines are: memory.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddBrowserEngine_WithoutValidSettings_AllErrorsTogether()
    {
        await using var server = new TestServer(builder => builder.UseBrowser((StashTokenProtection)7, options => options.CompressAboveBytes = -1));

        var thrown = Assert.Throws<OptionsValidationException>(() => server.Services.GetRequiredService<IOptions<BrowserEngineOptions>>().Value);
        Assert.Contains("Protection is not set", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("CompressAboveBytes is -1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithBrowserFallback_AfterTheEngine_FollowsTheChosenOneAndEncrypts()
    {
        await using var server = new TestServer(builder => builder.WithBrowserFallback());
        await using var circuit = await server.OpenAsync(_browser);

        Assert.Equal("memory+browser", circuit.Stash.Engine);
        Assert.IsType<FallbackEngine>(circuit.Services.GetRequiredKeyedService<IStashEngine>("memory+browser"));
        Assert.Equal(StashTokenProtection.Encrypt, server.Services.GetRequiredService<IOptions<BrowserEngineOptions>>().Value.Protection);
    }

    [Theory]
    [InlineData("browser", 7)]
    [InlineData("memory+browser", 7)]
    [InlineData("memory", 0)]
    public async Task OpenAsync_AfterTheServerWasKilled_RecoversByEngine(string engine, int expected)
    {
        await using var first = new TestServer(builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).AddBrowserFallback("memory").UseEngine(engine));
        var killed = await first.OpenAsync(_browser);
        var counter = await killed.AddAsync<Counter>();
        counter.Note = new string('x', 100_000);
        Assert.True((await counter.SetAsync(7)).IsSaved);
        await killed.SettleAsync();

        killed.Page.Hangs = true;
        first.Engine.LoseEverything();
        await using var second = first.Restart();
        _browser.Lost = true;
        await using var circuit = await second.OpenAsync(_browser);
        var recovered = await circuit.AddAsync<Counter>();

        Assert.Equal((expected == 0 ? StashStatus.NotFound : StashStatus.Recovered, expected, expected), (recovered.Status, recovered.InOnInitialized, recovered.InFirstRender));
        Assert.Equal(expected == 0 ? null : counter.Note, recovered.Note);
        Assert.True((await recovered.SetAsync(8)).IsSaved);
    }

    [Theory]
    [InlineData("Production", false, 1)]
    [InlineData("Production", true, 0)]
    [InlineData("Development", false, 0)]
    public async Task KeyRingCheck_OutsideOfDevelopmentWithoutAPlaceForTheKeys_Warns(string environment, bool persisted, int warnings)
    {
        await using var server = new TestServer(services: services =>
        {
            services.AddSingleton<IHostEnvironment>(new TestServer.HostEnvironment { EnvironmentName = environment });
            if (persisted)
            {
                services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(Path.GetTempPath()));
            }
        });

        var check = server.Services.GetServices<IHostedService>().OfType<KeyRingCheck>().Single();
        await check.StartAsync(CancellationToken.None);
        await check.StopAsync(CancellationToken.None);

        Assert.Equal(warnings, server.Logs.WithId(1600).Length);
    }

    [Fact]
    public void Extensions_WithoutArguments_ThrowArgumentExceptions()
    {
        var builder = new ServiceCollection().AddLiveStash();

        Assert.Throws<ArgumentNullException>("services", () => LiveStashServiceCollectionExtensions.AddLiveStash(null!));
        Assert.Throws<ArgumentNullException>("builder", () => LiveStashServiceCollectionExtensions.ConfigureCircuit(null!, (_, _) => { }));
        Assert.Throws<ArgumentNullException>("configure", () => builder.ConfigureCircuit(null!));
        Assert.Throws<ArgumentNullException>("builder", () => LiveStashServiceCollectionExtensions.ConfigureSession(null!, _ => { }));
        Assert.Throws<ArgumentNullException>("builder", () => LiveStashServiceCollectionExtensions.ConfigureConnection(null!, _ => { }));
        Assert.Throws<ArgumentNullException>("builder", () => BrowserEngineBuilderExtensions.AddBrowserEngine(null!, StashTokenProtection.Sign));
        Assert.Throws<ArgumentNullException>("builder", () => BrowserEngineBuilderExtensions.WithBrowserFallback(null!));
        Assert.Throws<ArgumentException>("engine", () => builder.AddBrowserFallback(""));
    }
}
