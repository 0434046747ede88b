using System.Diagnostics;
using System.Globalization;
using System.Net;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>A second process with a silo that joins the one of the first, and stops when it is told to.</summary>
internal static class SiloRole
{
    /// <param name="primaryPort">Of the silo that is there.</param>
    public static async Task RunAsync(int primaryPort)
    {
        var silo = await BenchmarkSilo.StartAsync(primary: new(IPAddress.Loopback, primaryPort));
        var lost = silo.Services.GetRequiredService<StashGrainServices>().Lost;
        var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        await ChildProcess.ServeAsync(async command => command switch
        {
            ["gateway"] => silo.GatewayPort.ToString(CultureInfo.InvariantCulture),
            ["address"] => address.ToParsableString(),
            ["memory"] => Environment.WorkingSet.ToString(CultureInfo.InvariantCulture),
            ["count"] => await CountAsync(),
            ["stop"] => await StopAsync(),
            _ => throw new ArgumentException($"Unknown: {string.Join(' ', command)}"),
        });

        async Task<string> CountAsync()
        {
            var statistics = await silo.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(types: null, [address]);
            return statistics.Count(static one => one.GrainId.Type.Equals(GrainType.Create(StashAddress.TypeName))).ToString(CultureInfo.InvariantCulture);
        }

        async Task<string> StopAsync()
        {
            var peak = 0L;
            await using var watch = new Timer(_ => peak = Math.Max(peak, Environment.WorkingSet), null, 0, 20);
            var started = Stopwatch.GetTimestamp();
            await silo.DisposeAsync();
            return string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} {peak} {lost.Count}");
        }
    }
}
