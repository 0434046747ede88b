using System.Diagnostics;
using System.Text;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using Npgsql;
using SiloHost.Configuration;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>
/// A PostgreSQL of the tests' own: data in a temporary folder, a port of its own, on loopback only, gone at the end. The first
/// database has the schema, which <c>silo-host --apply-schema</c> made; all others are copies of it.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string User = "stash";
    private const string Template = "stash_template";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-pg-");
    private readonly int _port = FreePort.Take();
    private readonly StringBuilder _log = new();
    private int _databases;
    private Process? _process;

    /// <summary>The folder of the programs; <see langword="null"/> where PostgreSQL is not installed.</summary>
    internal static string? Programs { get; } = FindPrograms();

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var programs = Programs ?? throw new InvalidOperationException("PostgreSQL is not installed (apt-get install postgresql).");
        var data = Path.Combine(_folder.FullName, "data");
        if (Environment.IsPrivilegedProcess)
        {
            await PrepareOtherUserAsync();
        }

        var made = await ProgramRun.RunAsync(
            AsOwner(), [.. Wrap(Path.Combine(programs, "initdb")), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        Assert.True(made.ExitCode == 0, made.Output);

        await StartAsync();
        await ExecuteAsync("postgres", $"CREATE DATABASE {Template}");
        var applied = await ProgramRun.SiloHostAsync(
            "--apply-schema", "--Orleans:Clustering:ProviderType=AdoNet", "--Orleans:GrainStorage:LiveStash:ProviderType=PostgreSql", $"--ConnectionStrings:Orleans={ConnectionString(Template)}");
        Assert.True(applied.ExitCode == 0, applied.Output);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    internal int Port => _port;

    /// <summary>Ends it as a crash would, but for what the operating system has yet to write.</summary>
    internal async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            PosixSignal.Send(_process.Id, PosixSignal.Quit);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    /// <summary>Starts it, with the data that it had.</summary>
    internal async Task StartAsync()
    {
        // Crashes of the machine are not what is tested here.
        _process = Process.Start(new ProcessStartInfo(AsOwner(),
        [
            .. Wrap(Path.Combine(Programs!, "postgres")), "-D", Path.Combine(_folder.FullName, "data"), "-p", $"{_port}", "-k", _folder.FullName,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=300",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
        })!;
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await Until.TrueAsync(AnswersAsync, "PostgreSQL answers");
    }

    /// <summary>Makes a database.</summary>
    internal async Task<PostgresDatabase> CreateDatabaseAsync(bool withSchema = true, string storage = ProviderSection.AdoNet)
    {
        var name = $"stash_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}{(withSchema ? $" TEMPLATE {Template}" : "")}");
        return new(name, ConnectionString(name), storage);
    }

    private static string? FindPrograms()
    {
        const string Root = "/usr/lib/postgresql";
        return !Directory.Exists(Root) ? null : Directory.GetDirectories(Root)
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private async Task PrepareOtherUserAsync()
    {
        var owned = await ProgramRun.RunAsync("chown", "postgres", _folder.FullName);
        Assert.True(owned.ExitCode == 0, owned.Output);

        // In some containers /dev/null is root's alone, and initdb needs it. A namespace of its own has another one.
        var script = "";
        if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode("/dev/null").HasFlag(UnixFileMode.OtherWrite))
        {
            var device = Path.Combine(_folder.FullName, "null");
            script = $"set -e; [ -e {device} ] || mknod -m 666 {device} c 1 3; mount --bind {device} /dev/null; ";
        }

        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "as-owner.sh"), script + "exec setpriv --reuid=postgres --regid=postgres --clear-groups \"$@\"");
    }

    private static string AsOwner() => Environment.IsPrivilegedProcess ? "unshare" : "env";

    private string[] Wrap(string program) =>
        Environment.IsPrivilegedProcess
            ? ["--mount", "--propagation", "private", "sh", Path.Combine(_folder.FullName, "as-owner.sh"), program]
            : [program];

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
        {
            Assert.Fail($"PostgreSQL ended with code {_process.ExitCode}: {_log}");
        }

        try
        {
            await ExecuteAsync("postgres", "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username={User};Database={database};Maximum Pool Size=20";

    private void Append(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
