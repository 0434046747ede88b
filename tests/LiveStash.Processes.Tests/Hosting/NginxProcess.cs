using System.Diagnostics;
using System.Globalization;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>nginx before web servers: strict round robin, whose requests they are.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string AccessLog = "access.log";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-nginx-");
    private readonly int _port = FreePort.Take();
    private readonly Process _process;

    /// <param name="servers">The ports of the servers.</param>
    /// <param name="passesWebSockets">Without, it is one of the proxies whose keepers have not thought of WebSockets.</param>
    /// <param name="silence">How long a server may be silent that has taken a request; after that, another one is asked.</param>
    /// <param name="circuitSilence">How long one may be silent that has a circuit.</param>
    /// <param name="options">Of each server, as nginx has them.</param>
    /// <param name="method">How a server is chosen, as nginx has it; in turn if it is not said.</param>
    public NginxProcess(IEnumerable<int> servers, bool passesWebSockets = true, string silence = "1h", string circuitSilence = "1h", string options = "", string method = "")
    {
        var upgrade = passesWebSockets ? "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;" : "";
        var file = Path.Combine(_folder.FullName, "nginx.conf");
        File.WriteAllText(file, $$"""
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            error_log stderr;
            events { }
            http {
              log_format short '$upstream_addr $status $request';
              access_log {{AccessLog}} short;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
              upstream nodes { {{method}} {{string.Concat(servers.Select(server => string.Create(CultureInfo.InvariantCulture, $"server 127.0.0.1:{server} {options}; ")))}} }
              server {
                listen 127.0.0.1:{{_port.ToString(CultureInfo.InvariantCulture)}};
                proxy_http_version 1.1;
                proxy_connect_timeout 1s;
                proxy_set_header Host $http_host;
                {{upgrade}}
                location / {
                  proxy_pass http://nodes;
                  proxy_read_timeout {{silence}};
                }
                location /_blazor {
                  proxy_pass http://nodes;
                  proxy_read_timeout {{circuitSilence}};
                }
              }
            }
            """);
        _process = Start(new("nginx", ["-p", _folder.FullName, "-c", file, "-e", "stderr"]) { RedirectStandardError = true });
        _process.BeginErrorReadLine();
    }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Waits until it takes connections.</summary>
    public Task IsReadyAsync() => Until.TrueAsync(
        async () =>
        {
            Assert.False(_process.HasExited, "nginx ended.");
            using var socket = new System.Net.Sockets.TcpClient();
            try
            {
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, _port);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        },
        "nginx answers");

    /// <summary>What was asked for, each with the server and its status, in the order in which it ended.</summary>
    public IReadOnlyList<string> Requests => File.ReadAllLines(Path.Combine(_folder.FullName, AccessLog));

    public async ValueTask DisposeAsync()
    {
        PosixSignal.Send(_process.Id, PosixSignal.Terminate);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("nginx is not installed (apt-get install nginx-light).", exception);
        }
    }
}
