using LiveStash.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveStash.Tests.Options;

public sealed class LiveStashOptionsValidatorTests
{
    private readonly LiveStashOptionsValidator _validator = new([new StashEngineRegistration("memory"), new StashEngineRegistration("orleans"), new StashEngineRegistration("memory")]);

    [Fact]
    public void Defaults_AreWhatTheirDocumentationSays()
    {
        var options = new LiveStashOptions();

        Assert.Equal(TimeSpan.FromMinutes(30), options.TimeToLive);
        Assert.Equal(TimeSpan.FromSeconds(2), options.EngineTimeout);
        Assert.Equal(262_144, options.MaxStashBytes);
        Assert.Equal(4096, options.MaxStashEntries);
        Assert.Equal("memory", options.Engine);
        Assert.True(options.JsonSerializerOptions.IncludeFields);
        Assert.Equal((262_144, 4096), (options.Limits.MaxBytes, options.Limits.MaxEntries));
        Assert.Equal((100_000, 536_870_912L), (new InProcessEngineOptions().MaxStashes, new InProcessEngineOptions().MaxTotalBytes));
    }

    [Fact]
    public void Validate_Defaults_Succeeds() => Assert.True(_validator.Validate(null, new()).Succeeded);

    [Fact]
    public void Validate_TheBounds_Succeeds()
    {
        Assert.True(_validator.Validate(null, new()
        {
            TimeToLive = TimeSpan.FromTicks(1),
            EngineTimeout = TimeSpan.FromTicks(1),
            MaxStashBytes = 1024,
            MaxStashEntries = 1,
            Engine = "orleans",
        }).Succeeded);
        Assert.True(_validator.Validate(null, new()
        {
            TimeToLive = TimeSpan.FromDays(3650),
            EngineTimeout = TimeSpan.FromMinutes(1),
            MaxStashBytes = int.MaxValue,
            MaxStashEntries = int.MaxValue,
        }).Succeeded);
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEveryOption()
    {
        var result = _validator.Validate(null, new()
        {
            TimeToLive = TimeSpan.Zero,
            EngineTimeout = TimeSpan.Zero,
            MaxStashBytes = 1023,
            MaxStashEntries = 0,
            JsonSerializerOptions = null!,
            Engine = "redis",
        });

        Assert.Equal(
            [
                "LiveStashOptions.TimeToLive is 00:00:00; set it above zero and to at most 3650 days.",
                "LiveStashOptions.EngineTimeout is 00:00:00; set it above zero and to at most one minute: a page waits for it.",
                "LiveStashOptions.MaxStashBytes is 1023; set at least 1024.",
                "LiveStashOptions.MaxStashEntries is 0; set at least 1.",
                "LiveStashOptions.JsonSerializerOptions is null; leave its default or set your own.",
                "LiveStashOptions.Engine is 'redis', but the registered engines are: memory, orleans.",
            ],
            result.Failures);
    }

    [Fact]
    public void Validate_OverTheUpperBounds_NamesThem()
    {
        var result = _validator.Validate(null, new() { TimeToLive = TimeSpan.FromDays(3650) + TimeSpan.FromTicks(1), EngineTimeout = TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1) });

        Assert.Equal(["LiveStashOptions.TimeToLive", "LiveStashOptions.EngineTimeout"], result.Failures!.Select(failure => failure.Split(' ')[0]));
    }

    [Theory]
    [InlineData("Memory")] // names are compared exactly, as the keys of services are
    [InlineData("")]
    [InlineData(null)]
    public void Validate_EngineThatIsNotRegistered_Fails(string? engine) =>
        Assert.Contains("the registered engines are: memory, orleans.", Assert.Single(_validator.Validate(null, new() { Engine = engine! }).Failures!), StringComparison.Ordinal);

    [Fact]
    public async Task StartAsync_HostWithWrongOptions_FailsWithAllErrorsOfBothOptions()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services
            .AddLiveStashCore(options => (options.TimeToLive, options.Engine) = (TimeSpan.Zero, "redis"))
            .ConfigureInProcessEngine(options => (options.MaxStashes, options.MaxTotalBytes) = (0, 1023));
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        foreach (var expected in new[] { "LiveStashOptions.TimeToLive", "LiveStashOptions.Engine is 'redis'", "InProcessEngineOptions.MaxStashes is 0", "InProcessEngineOptions.MaxTotalBytes is 1023" })
        {
            Assert.Contains(expected, thrown.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task StartAsync_HostWithRightOptions_Starts()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLiveStashCore(options => options.TimeToLive = TimeSpan.FromHours(2));
        using var host = builder.Build();

        await host.StartAsync();

        Assert.Equal(TimeSpan.FromHours(2), host.Services.GetRequiredService<IOptions<LiveStashOptions>>().Value.TimeToLive);
        await host.StopAsync();
    }
}
