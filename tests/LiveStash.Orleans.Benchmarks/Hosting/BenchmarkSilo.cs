using LiveStash.Orleans.Benchmarks.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>One silo in this process, with what an app that is co-hosted with it has.</summary>
internal sealed class BenchmarkSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private BenchmarkSilo(IHost host, int gatewayPort) => (_host, GatewayPort) = (host, gatewayPort);

    public int GatewayPort { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>An engine of its own, as each circuit has it.</summary>
    public IStashEngine NewEngine() => NewEngine(Services);

    /// <summary>The same, of any host.</summary>
    public static IStashEngine NewEngine(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        return scope.ServiceProvider.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Orleans);
    }

    /// <param name="storage">What makes stashes durable; without it they are in memory alone.</param>
    /// <param name="configure">Sets more.</param>
    public static async Task<BenchmarkSilo> StartAsync(BenchmarkStorage? storage = null, Action<ISiloBuilder>? configure = null)
    {
        var (siloPort, gatewayPort) = (BenchmarkPorts.Take(), BenchmarkPorts.Take());
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort).AddLiveStash();
            if (storage is not null)
            {
                silo.AddReminders();
                silo.Services.AddSingleton<IReminderTable>(storage.Reminders);
                silo.Services.AddGrainStorage(StashGrainOptions.StorageName, (_, _) => storage);
            }

            configure?.Invoke(silo);
        });
        // Patient: what is measured is how long an answer takes, however long.
        builder.Services.AddLiveStashCore(options => options.EngineTimeout = TimeSpan.FromMinutes(1)).UseOrleans();
        var host = builder.Build();
        await host.StartAsync();
        return new(host, gatewayPort);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
