using System.Diagnostics;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using StackExchange.Redis;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A redis-server of the tests' own: data in a temporary folder, a port of its own, on loopback only, gone at the end. Keeps its data over a restart.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private const string Program = "redis-server";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-redis-");
    private readonly int _port;
    private readonly string[] _args;
    private int _clusters;
    private Process? _process;

    /// <summary>With settings that the hosts' README gives.</summary>
    public RedisServer()
        : this(FreePort.Take(), "--appendonly", "yes")
    {
    }

    internal RedisServer(int port, params string[] args) => (_port, _args) = (port, args);

    internal string ConnectionString => $"127.0.0.1:{_port}";

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        // Its log goes into its folder.
        _process = Launch(new ProcessStartInfo(Program, ["--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder.FullName, "--logfile", "log", .. _args]));
        await Until.TrueAsync(AnswersAsync, "redis-server answers");
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Ends the server; its data is kept for the next start.</summary>
    internal async Task StopAsync()
    {
        if (_process is not null)
        {
            PosixSignal.Send(_process.Id, PosixSignal.Terminate);
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    internal void Signal(int signal) => PosixSignal.Send(_process!.Id, signal);

    /// <summary>Keys of a cluster's own.</summary>
    internal RedisStore CreateStore() => new($"redis_{Interlocked.Increment(ref _clusters)}", this);

    private static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed (apt-get install {start.FileName}).", exception);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process!.HasExited, "redis-server ended.");
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
            return true;
        }
        catch (RedisConnectionException exception)
        {
            // One that wants a password answers too.
            return exception.FailureType == ConnectionFailureType.AuthenticationFailure;
        }
    }
}
