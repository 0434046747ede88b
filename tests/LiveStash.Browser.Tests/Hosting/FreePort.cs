using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>
/// Ports for servers that go and come back. Below the range from which the system takes the ports of outgoing connections:
/// otherwise one of the browser's attempts could get the server's own port, connect to itself and keep the server from it.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 29_999;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Take()
    {
        for (; ; )
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            if (Given.TryAdd(port, true) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
