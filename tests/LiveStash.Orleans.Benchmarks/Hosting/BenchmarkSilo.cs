using System.Net;
using LiveStash.Orleans.Benchmarks.Storage;
using LiveStash.Orleans.Engines;
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

    private BenchmarkSilo(IHost host, int siloPort, int gatewayPort) => (_host, SiloPort, GatewayPort) = (host, siloPort, gatewayPort);

    /// <summary>As silo-host has it.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMinutes(1);

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>An engine of its own, as each circuit has it.</summary>
    public IStashEngine NewEngine() => NewEngine(Services);

    /// <summary>The same, of any host. Not by a scope of services: a circuit has one in any case, which costs more than the engine.</summary>
    public static IStashEngine NewEngine(IServiceProvider services) => new OrleansEngine(services.GetRequiredService<OrleansEngineServices>());

    /// <param name="storage">What makes stashes durable; without it they are in memory alone.</param>
    /// <param name="configure">Sets more.</param>
    /// <param name="primary">The silo to join; without it this is the first.</param>
    public static async Task<BenchmarkSilo> StartAsync(BenchmarkStorage? storage = null, Action<ISiloBuilder>? configure = null, IPEndPoint? primary = null)
    {
        var (siloPort, gatewayPort) = (BenchmarkPorts.Take(), BenchmarkPorts.Take());
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, primary).AddLiveStash();
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
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        var host = builder.Build();
        await host.StartAsync();
        return new(host, siloPort, gatewayPort);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
