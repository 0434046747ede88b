using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.Hosting;

/// <summary>This web server as a client of silos elsewhere.</summary>
internal static class ClientSetup
{
    public static void UseClient(this WebApplicationBuilder builder, ClusterSettings settings) => builder.UseOrleansClient(client =>
    {
        if (settings.UsesDatabase)
        {
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (ClusterSettings.Invariant, settings.ConnectionString));
        }
        else
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, settings.GatewayPort));
        }

        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));

        // A silo that froze keeps its connection. The client drops it when the list says so, and Orleans reads that once a minute.
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));

        // The web server may be started before the silos, and waits for the first.
        client.UseConnectionRetryFilter(static async (_, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            return true;
        });
    });
}
