using System.Globalization;
using LiveStash.Orleans.Benchmarks.Load;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>The second process: an Orleans client that calls a silo over loopback, as a web server apart from its silos does.</summary>
internal static class ClientRole
{
    /// <param name="gatewayPort">Of the silo.</param>
    /// <param name="maxInFlight">The most workers it will be asked for.</param>
    /// <param name="sizes">The sizes of values it will be asked for.</param>
    public static async Task RunAsync(int gatewayPort, int maxInFlight, int[] sizes)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort));
        builder.Services.AddLiveStashCore(options => options.EngineTimeout = TimeSpan.FromMinutes(1)).UseOrleans();
        using var host = builder.Build();
        await host.StartAsync();
        var loads = new Dictionary<int, EngineLoad>();
        foreach (var size in sizes)
        {
            loads[size] = await EngineLoad.CreateAsync(() => BenchmarkSilo.NewEngine(host.Services), host.Services.GetRequiredService<IGrainFactory>(), maxInFlight, size);
        }

        await ChildProcess.ServeAsync(async command =>
        {
            var numbers = Array.ConvertAll(command[1..], static number => int.Parse(number, CultureInfo.InvariantCulture));
            var run = await loads[numbers[0]].RunAsync(Enum.Parse<LoadKind>(command[0]), numbers[1], TimeSpan.FromMilliseconds(numbers[2]));
            return ChildProcess.Text(run);
        });
        await host.StopAsync();
    }
}
