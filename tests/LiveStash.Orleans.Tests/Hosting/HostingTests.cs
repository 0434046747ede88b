using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>Registration, and what a host that lacks something says when it starts.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task UseOrleans_WithoutOrleansOnTheHost_DoesNotStartAndNamesTheLines()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddLiveStashCore(options => options.MaxStashBytes = 1).UseOrleans();
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(error.Failures, failure => failure.Contains("builder.UseOrleans(", StringComparison.Ordinal)
            && failure.Contains("builder.UseOrleansClient(", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("MaxStashBytes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StashDurability.WriteBehind)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task AddLiveStash_DurableWithoutStorageAndReminders_DoesNotStartAndNamesTheLines(StashDurability durability)
    {
        using var host = Silo(silo => silo.AddLiveStash(options => options.DefaultDurability = durability));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(2, error.Failures.Count());
        Assert.Contains(error.Failures, failure => failure.Contains("AddAdoNetGrainStorage(\"LiveStash\"", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("UseAdoNetReminderService", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddLiveStash_StorageUnderAnotherName_DoesNotStart()
    {
        using var host = Silo(silo => silo
            .AddLiveStash(options => options.DefaultDurability = StashDurability.WriteThrough)
            .AddMemoryGrainStorage("Default")
            .UseInMemoryReminderService());

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("'LiveStash'", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddLiveStash_WrongOptions_AreReportedTogether()
    {
        using var host = Silo(silo => silo.AddLiveStash(options =>
        {
            options.MaxStashBytes = 1;
            options.MaxStashEntries = 0;
            options.FlushInterval = TimeSpan.Zero;
            options.StorageTimeout = TimeSpan.FromHours(1);
            options.MaxMigrationBytes = 0;
            options.Placement = null!;
            options.DefaultDurability = (StashDurability)9;
        }));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        string[] names = [nameof(StashGrainOptions.MaxStashBytes), nameof(StashGrainOptions.MaxStashEntries), nameof(StashGrainOptions.FlushInterval),
            nameof(StashGrainOptions.StorageTimeout), nameof(StashGrainOptions.MaxMigrationBytes), nameof(StashGrainOptions.Placement), nameof(StashGrainOptions.DefaultDurability)];
        Assert.Equal(names, error.Failures.Select(failure => failure.Split(' ')[0].Split('.')[1]));
    }

    [Fact]
    public void UseOrleans_Twice_RegistersOneEngineAndMakesItTheDefault()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleansClient(client => client.UseLocalhostClustering());
        builder.Services.AddLiveStashCore().UseOrleans().UseOrleans();
        using var host = builder.Build();

        Assert.Equal(StashEngineNames.Orleans, host.Services.GetRequiredService<IOptions<LiveStashOptions>>().Value.Engine);
        Assert.Single(host.Services.GetServices<StashEngineRegistration>(), registration => registration.Name == StashEngineNames.Orleans);
        using var circuit = host.Services.CreateScope();
        using var other = host.Services.CreateScope();
        var engine = Assert.IsType<OrleansEngine>(Assert.Single(circuit.ServiceProvider.GetKeyedServices<IStashEngine>(StashEngineNames.Orleans)));
        Assert.NotSame(engine, other.ServiceProvider.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Orleans));
    }

    [Fact]
    public async Task AddLiveStash_TwiceAndWithTheEngineOnTheSameHost_Works()
    {
        await using var cluster = await StashCluster.StartAsync(withStorage: false, configureSilo: silo =>
        {
            silo.AddLiveStash().AddLiveStash();
            silo.Services.AddLiveStashCore(Patient).UseOrleans();
        });
        var services = cluster.Silos[0].SiloHost.Services;
        using var circuit = services.CreateScope();
        var engine = circuit.ServiceProvider.GetRequiredKeyedService<IStashEngine>(services.GetRequiredService<IOptions<LiveStashOptions>>().Value.Engine);

        await AssertWorksAsync(engine);
        using var ofClient = cluster.Cluster.Client.ServiceProvider.CreateScope();
        await AssertWorksAsync(ofClient.ServiceProvider.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Orleans));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddLiveStash_AppHasTheDistributedDirectoryToo_Works(bool isBefore)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: FreePort());
#pragma warning disable ORLEANSEXP003 // What an app may do that wants it for its own grains.
            if (isBefore)
            {
                silo.AddDistributedGrainDirectory().AddLiveStash();
            }
            else
            {
                silo.AddLiveStash().AddDistributedGrainDirectory();
            }
#pragma warning restore ORLEANSEXP003
        });
        builder.Services.AddLiveStashCore(Patient).UseOrleans();
        using var host = builder.Build();
        await host.StartAsync();

        using var circuit = host.Services.CreateScope();
        await AssertWorksAsync(circuit.ServiceProvider.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Orleans));
        await host.StopAsync();
    }

    /// <summary>The first call of a process compiles much of Orleans first.</summary>
    private static void Patient(LiveStashOptions options) => options.EngineTimeout = TimeSpan.FromSeconds(30);

    private static async Task AssertWorksAsync(IStashEngine engine)
    {
        var owner = new Owner(engine, new(TimeSpan.FromMinutes(1)));
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        Assert.Equal("1", await owner.ReadAsync());
    }

    private static IHost Silo(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering()));
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
