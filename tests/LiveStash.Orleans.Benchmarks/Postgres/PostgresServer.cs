using System.Reflection;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Processes.Tests.Hosting;
using Npgsql;

namespace LiveStash.Orleans.Benchmarks.Postgres;

/// <summary>
/// A PostgreSQL of the benchmark's own, with the settings it comes with: a commit is on the disk when it answers.
/// It has the tables of Orleans' ADO.NET storage, as silo-host makes them.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Database = "postgres";

    private readonly PostgresProcess _process = new(BenchmarkPorts.Take());

    private PostgresServer() => Source = NpgsqlDataSource.Create(ConnectionString);

    /// <summary>What is missing; <see langword="null"/> when PostgreSQL is installed.</summary>
    public static string? Missing => PostgresProcess.Programs is null ? "PostgreSQL is not there; on Debian: apt-get install postgresql" : null;

    public string ConnectionString => _process.ConnectionString(Database);

    /// <summary>For what is asked beside the load.</summary>
    public NpgsqlDataSource Source { get; }

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server._process.InitializeAsync();
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
        await _process.DisposeAsync();
    }
}
