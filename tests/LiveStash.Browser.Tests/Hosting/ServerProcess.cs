using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>A host as a process of its own, on one port and with one key folder for all its lives.</summary>
internal sealed class ServerProcess(HostProject host, TestLog log, params string[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    /// <summary>The category of a line for each request: said for <see cref="LogIsCompleteAsync"/>, and kept from the log.</summary>
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("livestash-keys-");
    private readonly HttpClient _http = new();
    private Process? _process;
    private int _asked;
    private volatile string _lastRequest = "";

    public int Port { get; } = FreePort.Take();

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>When the port first took a connection in this life.</summary>
    public DateTimeOffset ListeningSince { get; private set; }

    /// <summary>How long that is ago.</summary>
    public TimeSpan ListeningFor => TimeProvider.System.GetUtcNow() - ListeningSince;

    /// <summary>The most memory that the process has had in this life, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process!.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts the server and waits until it listens and, unless told otherwise, answers.</summary>
    /// <param name="warm">
    /// Whether to wait for /healthz too. A measurement does not: the first request of all should be the browser's.
    /// </param>
    /// <param name="more">Arguments of this life alone.</param>
    public async Task StartAsync(bool warm = true, params string[] more)
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("The server runs already.");
        }

        _process = Launch(more);
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (!await ConnectsAsync(timeout.Token))
        {
            ThrowIfExited();
            await Task.Delay(Poll, timeout.Token);
        }

        ListeningSince = TimeProvider.System.GetUtcNow();
        if (warm)
        {
            using var answer = await _http.GetAsync(new Uri(Address, "/healthz"), timeout.Token);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await EndAsync();
    }

    /// <summary>SIGTERM. Answers how long the process took to exit.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var since = Stopwatch.GetTimestamp();
        PosixSignal.SendTerminate(_process!.Id);
        await EndAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>Waits until the log has all that the server wrote so far: its lines come later than its answers, through a queue and a pipe.</summary>
    public async Task LogIsCompleteAsync()
    {
        var path = $"/healthz?asked={++_asked}";
        (await _http.GetAsync(new Uri(Address, path))).Dispose();
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (!_lastRequest.Contains($"{path} ", StringComparison.Ordinal))
        {
            await Task.Delay(Poll, timeout.Token);
        }
    }

    /// <summary>What the server answers to a GET, whatever it is.</summary>
    public async Task<(int Status, string Text)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(Address, path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task PostAsync(string path)
    {
        using var answer = await _http.PostAsync(new Uri(Address, path), null);
        answer.EnsureSuccessStatusCode();
    }

    public Task<string> GetHtmlAsync(string path)
    {
        _http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return _http.GetStringAsync(new Uri(Address, path));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _http.Dispose();
        _keys.Delete(recursive: true);
    }

    private Process Launch(string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [HostBuild.AssemblyOf(host), "--urls", Address.ToString(), "--DataProtection:Keys", _keys.FullName, .. settings, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase) || name == "DOTNET_ENVIRONMENT").ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["Logging__Console__FormatterName"] = "simple";
        start.Environment["Logging__Console__FormatterOptions__SingleLine"] = "true";
        start.Environment[$"Logging__LogLevel__{Requests}"] = "Information";
        start.Environment["DetailedErrors"] = "true";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => AddToLog(line.Data);
        process.ErrorDataReceived += (_, line) => log.AddServer(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void AddToLog(string? line)
    {
        if (line?.StartsWith($"info: {Requests}[", StringComparison.Ordinal) is not true)
        {
            log.AddServer(line);
        }
        else if (line.Contains("/healthz?asked=", StringComparison.Ordinal))
        {
            _lastRequest = line;
        }
    }

    private async Task<bool> ConnectsAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task EndAsync()
    {
        // Also waits for the rest of the output.
        using var timeout = new CancellationTokenSource(StartTimeout);
        await _process!.WaitForExitAsync(timeout.Token);
        _process.Dispose();
        _process = null;
    }

    private void ThrowIfExited()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"The server ended with code {_process.ExitCode}:{Environment.NewLine}{log}");
        }
    }
}
