using System.Diagnostics;
using System.Text;
using LiveStash.Browser.Tests.Hosting;

namespace LiveStash.Packages.Tests.Hosting;

/// <summary>An app that was built, as a process with its own port, keys and home folder.</summary>
internal sealed class RunningApp(NewApp app, string path) : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly int _port = FreePort.Take();
    private readonly HttpClient _http = new();
    private readonly StringBuilder _log = new();
    private Process? _process;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Starts the app and waits until it serves its page, which it answers with. A path of "" is a program without pages.</summary>
    public async Task<string> StartAsync()
    {
        var start = Dotnet.Command(app.Folder, [Path.Combine(app.Folder, "bin", "Debug", "net10.0", $"{app.Name}.dll"), "--urls", Address.ToString(), "--environment", "Development"]);
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(app.Folder, "obj", "home")).FullName;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (path.Length > 0)
        {
            try
            {
                return await GetAsync(path, timeout.Token);
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(Poll, timeout.Token);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                throw new InvalidOperationException($"{app.Name} does not serve {path}:{Environment.NewLine}{_log}", exception);
            }
        }

        return "";
    }

    public async Task<string> GetAsync(string page, CancellationToken cancellationToken = default)
    {
        using var answer = await _http.GetAsync(new Uri(Address, page), cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{page}: {(int)answer.StatusCode}{Environment.NewLine}{_log}");
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        _process!.Kill();
        await _process.WaitForExitAsync(timeout.Token);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _http.Dispose();
    }

    private void Log(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
