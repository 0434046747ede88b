using System.Net;
using System.Net.Sockets;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>Ports of this machine that are free now.</summary>
internal static class BenchmarkPorts
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
