using System.Diagnostics;
using System.Runtime.InteropServices;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A web server or a silo as a process of its own, with the same ports in all its lives.</summary>
internal sealed class NodeProcess(
    string name, string assembly, string readyPath, int siloPort, int gatewayPort, IEnumerable<string> args, IReadOnlyDictionary<string, string>? variables = null, int? group = null)
    : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? _process;

    public string Name => name;

    /// <summary>The group that it runs in, where that is one of its own.</summary>
    public int? Group => group;

    public int SiloPort => siloPort;

    public int GatewayPort => gatewayPort;

    public int HttpPort { get; } = FreePort.Take();

    public Uri Address => new($"http://127.0.0.1:{HttpPort}");

    public NodeLog Log { get; } = new();

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Whether it was started, and not seen to end.</summary>
    public bool HasStarted => _process is not null;

    /// <summary>How often it has ended by itself and was started again.</summary>
    public int Restarts { get; set; }

    /// <summary>What it has used of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts and does not wait: several nodes start together.</summary>
    public void Start()
    {
        if (_process is not null)
        {
            throw new InvalidOperationException($"{name} runs already.");
        }

        string[] command = ["dotnet", assembly, $"--urls={Address}", .. args];
        command = group is null ? command : ["setpriv", $"--regid={group}", "--clear-groups", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in start.Environment.Keys.Where(static key => key.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || key == "DOTNET_ENVIRONMENT").ToArray())
        {
            start.Environment.Remove(variable);
        }

        foreach (var (variable, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        start.Environment["Logging__Console__FormatterName"] = "simple";
        start.Environment["Logging__Console__FormatterOptions__SingleLine"] = "true";
        start.Environment["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ";

        // Waking after a death sentence ends a silo with a crash, on purpose; its dump is of no use.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Log.Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until the node can be used.</summary>
    public Task IsReadyAsync() => Until.TrueAsync(
        async () =>
        {
            Assert.True(IsRunning, $"{name} ended while it was waited for:{Environment.NewLine}{Log}");
            return await ReadyStatusAsync() == 200;
        },
        $"{name} is ready",
        Patience);

    /// <summary>The status code of the health endpoint; 0 when it does not answer.</summary>
    public async Task<int> ReadyStatusAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Address, readyPath));
            return (int)answer.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await EndsAsync();
    }

    /// <summary>SIGTERM. Answers with the exit code.</summary>
    public Task<int> TerminateAsync()
    {
        PosixSignal.Send(_process!.Id, PosixSignal.Terminate);
        return EndsAsync();
    }

    /// <summary>SIGSTOP: the process stands still, and its connections stay open.</summary>
    public void Freeze() => PosixSignal.Send(_process!.Id, PosixSignal.Stop);

    /// <summary>SIGCONT.</summary>
    public void GoOn() => PosixSignal.Send(_process!.Id, PosixSignal.Continue);

    /// <summary>Writes down what the process is doing, for <c>dotnet-dump analyze</c>, and answers where.</summary>
    public async Task<string> DumpAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), $"livestash-{_process!.Id}.dmp");
        using var dump = Process.Start(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "createdump"), ["--name", file, $"{_process.Id}"]);
        await dump.WaitForExitAsync();
        return file;
    }

    /// <summary>Waits for the end of the process and answers with its exit code.</summary>
    public async Task<int> EndsAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(timeout.Token);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public override string ToString() => name;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _http.Dispose();
    }
}
