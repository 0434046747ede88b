using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LiveStash.Orleans.Benchmarks.Hosting;

namespace LiveStash.Orleans.Benchmarks.Redis;

/// <summary>A redis-server in memory alone, on loopback, and redis-benchmark against it.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Server = "redis-server";
    private const string Client = "redis-benchmark";

    private readonly Process _process;
    private readonly int _port;

    private RedisServer(Process process, int port) => (_process, _port) = (process, port);

    /// <summary>What of it is not on the PATH; <see langword="null"/> when both are.</summary>
    public static string? Missing =>
        new[] { Server, Client }.FirstOrDefault(static name => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))))
            is { } missing ? $"{missing} is not there; on Debian: apt-get install redis-server redis-tools" : null;

    public string Address => $"127.0.0.1:{Text(_port)}";

    public static async Task<RedisServer> StartAsync()
    {
        var port = BenchmarkPorts.Take();
        var server = new RedisServer(Launch(Server, "--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"), port);
        server._process.BeginOutputReadLine();
        for (var attempt = 0; !await ConnectsAsync(port); attempt++)
        {
            if (attempt == 500 || server._process.HasExited)
            {
                throw new InvalidOperationException("redis-server does not answer.");
            }

            await Task.Delay(10);
        }

        return server;
    }

    /// <summary>SETs per second of values of a size, with so many connections that each wait for their answer.</summary>
    /// <param name="inFlight">Connections.</param>
    /// <param name="size">Of a value, in bytes.</param>
    /// <param name="requests">How many to send.</param>
    public async Task<double> SetAsync(int inFlight, int size, int requests)
    {
        using var client = Launch(Client, "-h", "127.0.0.1", "-p", Text(_port), "-t", "set", "-c", Text(inFlight), "-d", Text(size), "-n", Text(requests), "-r", "1024", "--csv");
        var output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        var row = output.Split('\n').FirstOrDefault(static line => line.StartsWith("\"SET\"", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"redis-benchmark printed no SET: {output}");
        return double.Parse(row.Split(',')[1].Trim('"'), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Process Launch(string program, params string[] args) =>
        Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, UseShellExecute = false })!;

    private static async Task<bool> ConnectsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
