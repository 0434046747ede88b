using LiveStash.Browser.Tests.Hosting;
using SiloHost.Configuration;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>
/// The tests' own PostgreSQL. The first database has the schema, which <c>silo-host --apply-schema</c> made; all others are copies of it.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Template = "stash_template";

    // Crashes of the machine are not what is tested here.
    private readonly PostgresProcess _process;
    private int _databases;

    public PostgresServer() => _process = new(Port, "fsync=off");

    internal int Port { get; } = FreePort.Take();

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        await _process.InitializeAsync();
        await _process.ExecuteAsync("postgres", $"CREATE DATABASE {Template}");
        var applied = await ProgramRun.SiloHostAsync(
            "--apply-schema", "--Orleans:Clustering:ProviderType=AdoNet", "--Orleans:GrainStorage:LiveStash:ProviderType=PostgreSql", $"--ConnectionStrings:Orleans={ConnectionString(Template)}");
        Assert.True(applied.ExitCode == 0, applied.Output);
    }

    /// <inheritdoc />
    public async Task DisposeAsync() => await _process.DisposeAsync();

    /// <inheritdoc cref="PostgresProcess.StopAsync"/>
    internal Task StopAsync() => _process.StopAsync();

    /// <inheritdoc cref="PostgresProcess.StartAsync"/>
    internal Task StartAsync() => _process.StartAsync();

    /// <inheritdoc cref="PostgresProcess.Signal"/>
    internal void Signal(int signal) => _process.Signal(signal);

    /// <summary>Makes a database.</summary>
    internal async Task<PostgresDatabase> CreateDatabaseAsync(bool withSchema = true, string storage = ProviderSection.AdoNet)
    {
        var name = $"stash_{Interlocked.Increment(ref _databases)}";
        await _process.ExecuteAsync("postgres", $"CREATE DATABASE {name}{(withSchema ? $" TEMPLATE {Template}" : "")}");
        return new(name, ConnectionString(name), storage);
    }

    private string ConnectionString(string database) => _process.ConnectionString(database) + ";Maximum Pool Size=20";
}
