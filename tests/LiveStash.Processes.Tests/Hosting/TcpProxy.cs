using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LiveStash.Browser.Tests.Hosting;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>
/// A load balancer, in short: one address for the browser, and behind it the first server that takes the connection. Knows
/// nothing of HTTP.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Connection, bool> _connections = new();
    private readonly Task _accepting;
    private IReadOnlyList<NodeProcess> _servers;

    public TcpProxy(params IEnumerable<NodeProcess> servers)
    {
        _servers = [.. servers];
        var port = FreePort.Take();
        Address = new($"http://127.0.0.1:{port}");
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Sends new connections to other servers. Those that there are stay where they are.</summary>
    public void Route(params IEnumerable<NodeProcess> servers) => Volatile.Write(ref _servers, [.. servers]);

    /// <summary>
    /// Cuts the browser's side of all connections, and leaves the server's side open and silent: to the server, the browser is
    /// still there.
    /// </summary>
    public void LoseBrowser()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.LoseBrowser();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var browser = await _listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(browser);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    private async Task ServeAsync(Socket browser)
    {
        browser.NoDelay = true;
        foreach (var server in Volatile.Read(ref _servers))
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, server.HttpPort, _stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                continue;
            }

            var connection = new Connection(browser, socket);
            _connections[connection] = true;
            await connection.RunAsync();
            _connections.TryRemove(connection, out _);
            return;
        }

        // No server: the browser sees a connection that is refused.
        browser.Close(0);
    }

    private sealed class Connection(Socket browser, Socket server) : IDisposable
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isBrowserLost;

        public async Task RunAsync()
        {
            await Task.WhenAny(CopyAsync(browser, server), CopyAsync(server, browser));
            if (_isBrowserLost)
            {
                await _held.Task;
            }

            Dispose();
        }

        public void LoseBrowser()
        {
            _isBrowserLost = true;
            browser.Close(0);
        }

        public void Dispose()
        {
            browser.Dispose();
            server.Dispose();
            _held.TrySetResult();
        }

        private static async Task CopyAsync(Socket from, Socket to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                int count;
                while ((count = await from.ReceiveAsync(buffer)) > 0)
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One side is gone.
            }
        }
    }
}
