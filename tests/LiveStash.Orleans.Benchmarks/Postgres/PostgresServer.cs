using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using LiveStash.Orleans.Benchmarks.Hosting;
using Npgsql;

namespace LiveStash.Orleans.Benchmarks.Postgres;

/// <summary>
/// A PostgreSQL of the benchmark's own, on loopback, with the settings it comes with: a commit is on the disk when it answers.
/// It has the tables of Orleans' ADO.NET storage, as silo-host makes them.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Root = "/usr/lib/postgresql";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-pg-");
    private readonly int _port = BenchmarkPorts.Take();
    private Process? _process;

    private PostgresServer() => Source = NpgsqlDataSource.Create(ConnectionString);

    /// <summary>What is missing; <see langword="null"/> when PostgreSQL is installed.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL is not there; on Debian: apt-get install postgresql" : null;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=stash;Database=postgres";

    /// <summary>For what is asked beside the load.</summary>
    public NpgsqlDataSource Source { get; }

    private static string? Programs => !Directory.Exists(Root) ? null : Directory.GetDirectories(Root)
        .Select(static folder => Path.Combine(folder, "bin"))
        .LastOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")));

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        var data = Path.Combine(server._folder.FullName, "data");
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", server._folder.FullName);
        }

        await RunAsync([.. AsOwner, Path.Combine(Programs!, "initdb"), "-D", data, "-U", "stash", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        server._process = Launch([.. AsOwner, Path.Combine(Programs!, "postgres"), "-D", data, "-p", server._port.ToString(CultureInfo.InvariantCulture),
            "-k", server._folder.FullName, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
        for (var attempt = 0; !await server.AnswersAsync(); attempt++)
        {
            if (attempt == 500 || server._process.HasExited)
            {
                throw new InvalidOperationException("PostgreSQL does not answer.");
            }

            await Task.Delay(20);
        }

        foreach (var script in new[] { "queries", "storage", "reminders" })
        {
            using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"Schema.{script}.sql")!);
            await server.ExecuteAsync(await text.ReadToEndAsync());
        }

        return server;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (_process is not null)
        {
            // Its own way to stop: killed, it would leave shared memory behind.
            await RunAsync([.. AsOwner, Path.Combine(Programs!, "pg_ctl"), "stop", "-m", "immediate", "-D", Path.Combine(_folder.FullName, "data")]);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsOwner => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["env"];

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Launch(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} ended with code {process.ExitCode}.");
        }
    }

    private static Process Launch(params string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
