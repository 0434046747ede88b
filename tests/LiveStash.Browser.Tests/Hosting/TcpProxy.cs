using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>
/// What is between the browser and its servers: a load balancer, in short, with one address and behind it the first server that
/// takes the connection; and a link that takes its time and can be cut. Knows nothing of HTTP.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly int _port = FreePort.Take();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Connection, bool> _connections = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private IReadOnlyList<int> _servers;

    /// <param name="servers">The ports of the servers.</param>
    public TcpProxy(params IEnumerable<int> servers)
    {
        _servers = [.. servers];
        Heal();
    }

    /// <summary>How long something takes to the server and back. A connection itself is made at once.</summary>
    public TimeSpan RoundTrip { get; set; }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Sends new connections to other servers. Those that there are stay where they are.</summary>
    public void Route(params IEnumerable<int> servers) => Volatile.Write(ref _servers, [.. servers]);

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

    /// <summary>The connections that there are stay open and silent, as when something on the way has forgotten them. New ones are made.</summary>
    public void ForgetConnections()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Forget();
        }
    }

    /// <summary>From now on, connections are refused; those that there are, are reset, with all that is under way in them.</summary>
    public async Task CutAsync()
    {
        _listener!.Dispose();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>Connections are taken again.</summary>
    public void Heal()
    {
        _listener = new(IPAddress.Loopback, _port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener!.Dispose();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var browser = await listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(browser);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends, or the link is cut.
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
                await socket.ConnectAsync(IPAddress.Loopback, server, _stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                socket.Dispose();
                continue;
            }

            var connection = new Connection(this, browser, socket);
            _connections[connection] = true;
            await connection.RunAsync();
            _connections.TryRemove(connection, out _);
            return;
        }

        // No server: the browser sees a connection that is refused.
        browser.Close(0);
    }

    private sealed class Connection(TcpProxy link, Socket browser, Socket server) : IDisposable
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isBrowserLost;
        private volatile bool _isForgotten;

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

        public void Forget() => _isForgotten = true;

        public void Reset()
        {
            browser.Close(0);
            server.Close(0);
        }

        public void Dispose()
        {
            browser.Dispose();
            server.Dispose();
            _held.TrySetResult();
        }

        /// <summary>As fast as it comes, each piece half a round trip later.</summary>
        private async Task CopyAsync(Socket from, Socket to)
        {
            var way = Channel.CreateUnbounded<(long At, byte[] Bytes)>(new() { SingleReader = true, SingleWriter = true });
            var sending = SendAsync(way.Reader, to);
            var buffer = new byte[64 * 1024];
            try
            {
                int count;
                while ((count = await from.ReceiveAsync(buffer)) > 0)
                {
                    way.Writer.TryWrite((TimeProvider.System.GetTimestamp(), buffer[..count]));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One side is gone.
            }

            way.Writer.Complete();
            await sending;
        }

        private async Task SendAsync(ChannelReader<(long At, byte[] Bytes)> way, Socket to)
        {
            try
            {
                await foreach (var (at, bytes) in way.ReadAllAsync())
                {
                    var left = (link.RoundTrip / 2) - TimeProvider.System.GetElapsedTime(at);
                    if (left > TimeSpan.Zero)
                    {
                        await Task.Delay(left, TimeProvider.System);
                    }

                    if (_isForgotten)
                    {
                        await _held.Task;
                        return;
                    }

                    await to.SendAsync(bytes);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One side is gone.
            }
        }
    }
}
