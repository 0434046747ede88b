using System.Globalization;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Server.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Processes.Hosting;

/// <summary>
/// Nodes of one cluster on a database of its own. At the end, their warnings are in the test's output, and all that they logged
/// in files below the test's build output.
/// </summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly string _id;
    private readonly ITestOutputHelper _output;
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("livestash-keys-");
    private readonly List<NodeProcess> _nodes = [];
    private IHost? _client;

    private ProcessCluster(string connectionString, ITestOutputHelper output)
    {
        _connectionString = connectionString;
        _id = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        _output = output;
    }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    public static async Task<ProcessCluster> CreateAsync(PostgresServer postgres, ITestOutputHelper output) =>
        new(await postgres.CreateDatabaseAsync(), output);

    /// <summary>A silo apart, not started yet.</summary>
    public NodeProcess AddSilo(StashDurability durability) => Add("silo", BuildOutput.SiloHost, "/health/ready", (port, gateway) =>
    [
        $"--Silo:Port={port}", $"--Silo:GatewayPort={gateway}", "--Cluster:Clustering=AdoNet",
        "--Storage:Provider=AdoNet", "--Reminders:Provider=AdoNet", $"--LiveStash:Durability={durability}",
    ]);

    /// <summary>A web server with a silo in its process, not started yet.</summary>
    public NodeProcess AddCohost(StashDurability durability) => Add("node", BuildOutput.ClusterSample, "/healthz", (port, gateway) =>
    [
        $"--Cluster:SiloPort={port}", $"--Cluster:GatewayPort={gateway}", "--Cluster:Clustering=adonet",
        $"--Cluster:Durability={durability}", $"--DataProtection:Keys={_keys.FullName}",
    ]);

    /// <summary>A web server that is a client of silos, not started yet.</summary>
    public NodeProcess AddWeb() => Add("web", BuildOutput.ClusterSample, "/healthz", (_, _) =>
        ["--Cluster:Mode=client", "--Cluster:Clustering=adonet", $"--DataProtection:Keys={_keys.FullName}"]);

    /// <summary>Starts nodes and waits until all of them are ready.</summary>
    public static async Task StartAsync(params IEnumerable<NodeProcess> nodes)
    {
        var starting = nodes.ToArray();
        foreach (var node in starting)
        {
            node.Start();
        }

        await Task.WhenAll(starting.Select(static node => node.IsReadyAsync()));
    }

    /// <summary>The engine as a web server has it, in the test's own process, as a client of the cluster.</summary>
    public async Task<IStashEngine> ConnectAsync() =>
        (await ClientAsync()).CreateScope().ServiceProvider.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Orleans);

    /// <summary>The nodes that have stashes in memory, with their number.</summary>
    public async Task<IReadOnlyDictionary<NodeProcess, int>> StashesAsync()
    {
        var management = (await ClientAsync()).GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var statistics = await management.GetDetailedGrainStatistics();
        return statistics
            .Where(static grain => grain.GrainId.Type.ToString() == StashGrain.TypeName)
            .GroupBy(grain => _nodes.Single(node => node.SiloPort == grain.SiloAddress.Endpoint.Port))
            .ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>The rows of stored stashes, and those of their reminders.</summary>
    public async Task<(long Stashes, long Reminders)> RowsAsync()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT (SELECT count(*) FROM orleansstorage), (SELECT count(*) FROM orleansreminderstable)", connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Removes all that the database has but its schema: stashes, reminders and the list of silos.</summary>
    public Task WipeAsync() => ExecuteAsync(
        "TRUNCATE orleansstorage, orleansreminderstable, orleansmembershiptable, orleansmembershipversiontable");

    /// <summary>Copies the stored stashes aside.</summary>
    public Task BackUpAsync() => ExecuteAsync("CREATE TABLE backup AS TABLE orleansstorage");

    /// <summary>Puts back the stashes that were copied aside.</summary>
    public Task RestoreAsync() => ExecuteAsync("TRUNCATE orleansstorage; INSERT INTO orleansstorage TABLE backup");

    /// <summary>A line of the test's output, with the time.</summary>
    public void Note(string text) =>
        _output.WriteLine(TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture) + text);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            // The silos may be gone: no time is lost on saying goodbye to them.
            using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _client.StopAsync(now.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            _client.Dispose();
        }

        await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask()));
        foreach (var node in _nodes)
        {
            await WriteLogAsync(node);
        }

        await using (var connection = new NpgsqlConnection(_connectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        _keys.Delete(recursive: true);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task WriteLogAsync(NodeProcess node)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "logs")).FullName, $"{_id} {node.Name}.log");
        await File.WriteAllTextAsync(file, node.Log.ToString());
        _output.WriteLine($"--- {node.Name}, silo port {node.SiloPort}: {file}");
        foreach (var line in node.Log.ProblemsInShort())
        {
            _output.WriteLine(line);
        }
    }

    private NodeProcess Add(string kind, string assembly, string readyPath, Func<int, int, IEnumerable<string>> args)
    {
        var (port, gateway) = (FreePort.Take(), FreePort.Take());
        var node = new NodeProcess($"{kind} {_nodes.Count + 1}", assembly, readyPath, port, gateway,
            [.. args(port, gateway), $"--Cluster:ClusterId={_id}", $"--Cluster:ServiceId={_id}", $"--ConnectionStrings:Orleans={_connectionString}"]);
        _nodes.Add(node);
        return node;
    }

    private async Task<IServiceProvider> ClientAsync()
    {
        if (_client is null)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.UseOrleansClient(client => client
                .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", _connectionString))
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (_id, _id))
                .Configure<GatewayOptions>(static options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2)));
            builder.Services.AddLiveStashCore().UseOrleans();
            _client = builder.Build();
            await _client.StartAsync();
        }

        return _client.Services;
    }
}
