using System.Diagnostics;
using System.Text.RegularExpressions;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A sample that starts servers of its own, as its user starts it.</summary>
internal sealed partial class SampleProgram : IAsyncDisposable
{
    /// <summary>One builds first, the other starts four processes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly NodeLog _log = new();
    private readonly Process _process;

    private SampleProgram(int port, string[] command, params (string Name, string Value)[] variables)
    {
        Address = new($"http://127.0.0.1:{port}");
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _log.Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written.</summary>
    public string Written => _log.ToString()!;

    /// <summary>Of its pages.</summary>
    public Uri Address { get; }

    /// <summary>The showcase, as a newcomer starts it, with ports of its own and keys in a folder.</summary>
    public static SampleProgram Showcase(string keys)
    {
        var port = FreePort.Take();
        return new(port,
        [
            "bash", Path.Combine(BuildOutput.Root, "samples", "run.sh"), "--port", $"{port}", "--",
            $"--Orleans:Endpoints:SiloPort={FreePort.Take()}", $"--Orleans:Endpoints:GatewayPort={FreePort.Take()}", $"--DataProtection:Keys={keys}",
        ]);
    }

    /// <summary>The sample for Aspire, with a PostgreSQL that is there: silos and web servers as processes of its orchestrator, and no container.</summary>
    public static SampleProgram Aspire(PostgresDatabase database)
    {
        var port = FreePort.Take();
        return new(port, ["dotnet", BuildOutput.AspireSample, $"--Web:Port={port}"],
            ("ConnectionStrings__Orleans", database.ConnectionString),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{FreePort.Take()}"),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://127.0.0.1:{FreePort.Take()}"),
            ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"));
    }

    /// <summary>Waits until its pages can be opened.</summary>
    public Task IsUpAsync() => Until.TrueAsync(
        async () =>
        {
            Assert.False(_process.HasExited, $"It ended:{Environment.NewLine}{_log}");
            try
            {
                return (await _http.GetAsync(new Uri(Address, "/healthz"))).IsSuccessStatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        },
        $"{Address} is up",
        Patience);

    /// <summary>Waits until so many web servers have answered behind its address: they start one beside the other, and the first may be far ahead.</summary>
    public async Task AreUpAsync(int servers)
    {
        var seen = new HashSet<string>();
        await Until.TrueAsync(
            async () =>
            {
                Assert.False(_process.HasExited, $"It ended:{Environment.NewLine}{_log}");
                using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) }; // over a connection of its own, which may lead to another
                try
                {
                    seen.Add(ServerOfPage().Match(await http.GetStringAsync(Address)).Groups[1].Value);
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                {
                    // Not yet.
                }

                return seen.Count == servers;
            },
            $"{servers} servers are up",
            Patience);
    }

    /// <summary>SIGTERM, as Ctrl+C. Answers with the exit code.</summary>
    public async Task<int> StopAsync()
    {
        PosixSignal.Send(_process.Id, PosixSignal.Terminate);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync();
        }

        _process.Dispose();
        _http.Dispose();
    }

    /// <summary>The number of its process, at the foot of each page.</summary>
    [GeneratedRegex("<footer.*?<code>([0-9]+)</code>", RegexOptions.Singleline)]
    private static partial Regex ServerOfPage();
}
