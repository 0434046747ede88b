using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A PostgreSQL with data in a temporary folder, on loopback only, as the user that it insists on. Tests and benchmarks have one each.</summary>
/// <param name="port">Where it listens.</param>
/// <param name="settings">What it is not to leave as it comes, as in <c>fsync=off</c>.</param>
internal sealed class PostgresProcess(int port, params string[] settings) : IAsyncDisposable
{
    private const string Root = "/usr/lib/postgresql";
    private const string User = "stash";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-pg-");
    private readonly StringBuilder _log = new();
    private Process? _process;

    /// <summary>The folder of the newest programs; <see langword="null"/> where PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = !Directory.Exists(Root) ? null : Directory.GetDirectories(Root)
        .OrderByDescending(static folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
        .Select(static folder => Path.Combine(folder, "bin"))
        .FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")));

    private string Data => Path.Combine(_folder.FullName, "data");

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username={User};Database={database}";

    /// <summary>Makes the data, and starts it.</summary>
    public async Task InitializeAsync()
    {
        if (Programs is null)
        {
            throw new InvalidOperationException("PostgreSQL is not installed (apt-get install postgresql).");
        }

        if (Environment.IsPrivilegedProcess)
        {
            await PrepareOtherUserAsync();
        }

        await RunAsync("initdb", "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await StartAsync();
    }

    /// <summary>Starts it, with the data that it had, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _process = Launch(
        [
            .. AsOwner("postgres"), "-D", Data, "-p", $"{port}", "-k", _folder.FullName, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300",
            .. settings.SelectMany(static setting => new[] { "-c", setting }),
        ]);
        for (var attempt = 0; !await AnswersAsync(); attempt++)
        {
            if (attempt == 1500 || _process.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL does not answer: {Log}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Ends it as a crash would, but for what the operating system has yet to write. Killed, it would leave shared memory behind.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            await RunAsync("pg_ctl", "stop", "-m", "immediate", "-D", Data);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    /// <summary>Sends a signal to all of its processes, the one that started it first.</summary>
    public void Signal(int signal)
    {
        var owner = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        PosixSignal.Send(owner, signal);
        foreach (var child in Directory.GetDirectories("/proc").Select(static folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0).Where(id => ParentOf(id) == owner))
        {
            PosixSignal.Send(child, signal);
        }
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    private static int ParentOf(int process)
    {
        try
        {
            // The number and the name in brackets, the state, the parent.
            var status = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private async Task PrepareOtherUserAsync()
    {
        await RunAsync(Launch("chown", "postgres", _folder.FullName));

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

    private string[] AsOwner(string program) =>
    [
        .. Environment.IsPrivilegedProcess ? ["unshare", "--mount", "--propagation", "private", "sh", Path.Combine(_folder.FullName, "as-owner.sh")] : Array.Empty<string>(),
        Path.Combine(Programs!, program),
    ];

    private async Task<bool> AnswersAsync()
    {
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

    private Task RunAsync(string program, params string[] arguments) => RunAsync(Launch([.. AsOwner(program), .. arguments]));

    private async Task RunAsync(Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with code {process.ExitCode}: {Log}");
            }
        }
    }

    private Process Launch(params string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
        })!;
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private void Append(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
