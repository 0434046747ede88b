using System.Data.Common;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Elevator.Promises;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Elevator.World;

/// <summary>The servers of a configuration: store, silos, web servers, and nginx before them, strict round robin without affinity where LiveStash does without.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly PostgresServer? _postgres;
    private readonly RedisServer? _redis;
    private readonly Clocks? _clocks;
    private ProcessCluster _nodes = default!;
    private NginxProcess? _nginx;
    private PostgresDatabase? _database;

    private Cluster(Setup setup, bool movesClocks)
    {
        _clocks = movesClocks ? new() : null;
        _postgres = setup.Store == StoreKind.PostgreSql ? new() : null;
        _redis = setup.Store == StoreKind.Redis ? new() : null;
    }

    public IReadOnlyList<NodeProcess> Webs { get; private set; } = [];

    /// <summary>Those in processes of their own.</summary>
    public IReadOnlyList<NodeProcess> Silos { get; private set; } = [];

    public IEnumerable<NodeProcess> Nodes => Silos.Concat(Webs);

    /// <summary>Where the proxy listens.</summary>
    public int Port => _nginx!.Address.Port;

    /// <summary>Starts all of it.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="movesClocks">Whether clocks of nodes will be moved: they are started for that then.</param>
    public static async Task<Cluster> StartAsync(Setup setup, bool movesClocks)
    {
        var cluster = new Cluster(setup, movesClocks);
        await cluster.StartPartsAsync(setup);
        return cluster;
    }

    /// <summary>Starts a node, again if it should end at once: what an operator's supervisor does.</summary>
    public static async Task BringUpAsync(params IEnumerable<NodeProcess> nodes)
    {
        var starting = nodes.ToArray();
        foreach (var node in starting.Where(static node => !node.HasStarted))
        {
            node.Start();
        }

        await Task.WhenAll(starting.Select(IsUpAsync));
    }

    /// <summary>
    /// Waits until no node is left that the others have declared dead: until it ends itself it serves, and what it has in memory only
    /// ends with it. Of a cluster whose list is in Redis this is not asked: nothing of it is in memory only.
    /// </summary>
    public async Task AreBuriedAsync()
    {
        const int Dead = 6;
        var started = TimeProvider.System.GetTimestamp();
        while (_database is not null)
        {
            try
            {
                var dead = await _database.QueryAsync<int[]>($"SELECT coalesce(array_agg(port), '{{}}') FROM (SELECT DISTINCT ON (port) port, status FROM orleansmembershiptable ORDER BY port, generation DESC) latest WHERE status = {Dead}");
                if (!Nodes.Any(node => node.IsRunning && dead.Contains(node.SiloPort)))
                {
                    return;
                }
            }
            catch (DbException)
            {
                // Of a connection from before the store was stopped; the next one is another.
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "A node has been declared dead, and served for two minutes more.");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>Has the clock of a node differ from that of the machine.</summary>
    /// <param name="node">Its place among <see cref="Nodes"/>.</param>
    /// <param name="difference">See <see cref="Clocks.Set"/>.</param>
    public void SetClock(int node, TimeSpan difference) => _clocks!.Set(node, difference);

    public async Task StopStoreAsync()
    {
        await (_postgres?.StopAsync() ?? Task.CompletedTask);
        await (_redis?.StopAsync() ?? Task.CompletedTask);
    }

    public async Task StartStoreAsync()
    {
        await (_postgres?.StartAsync() ?? Task.CompletedTask);
        await (_redis?.InitializeAsync() ?? Task.CompletedTask);
    }

    public void SignalStore(int signal)
    {
        _postgres?.Signal(signal);
        _redis?.Signal(signal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        await _nodes.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await (_postgres?.DisposeAsync() ?? Task.CompletedTask);
        await (_redis?.DisposeAsync() ?? Task.CompletedTask);
        _clocks?.Dispose();
    }

    private async Task StartPartsAsync(Setup setup)
    {
        ClusterStore store;
        if (_postgres is not null)
        {
            await _postgres.InitializeAsync();
            store = _database = await _postgres.CreateDatabaseAsync(storage: "PostgreSql");
        }
        else
        {
            await _redis!.InitializeAsync();
            store = _redis.CreateStore();
        }

        await (_clocks?.InitializeAsync() ?? Task.CompletedTask);
        _nodes = new(store, web: setup.IsOurs ? BuildOutput.ElevatorApp : BuildOutput.PlainApp, firstGroup: Wires.CanBeCut ? Wires.FirstGroup : null, variables: _clocks is null ? null : _clocks.Of);
        var engine = $"--Elevator:Engine={setup.Engine}";
        Silos = setup.IsApart ? [_nodes.AddSilo(setup.Durability), _nodes.AddSilo(setup.Durability)] : [];
        Webs = setup.IsApart
            ? [_nodes.AddWeb(engine), _nodes.AddWeb(engine)]
            : [.. Enumerable.Range(0, 3).Select(_ => _nodes.AddCohost(setup.Durability, engine))];
        await ProcessCluster.StartAsync(Nodes);
        _nginx = new(Webs.Select(static web => web.HttpPort), silence: "3s", circuitSilence: "20s", options: "max_fails=0", method: setup.IsOurs ? "" : "hash $http_host consistent;");
        await _nginx.IsReadyAsync();
    }

    private static async Task IsUpAsync(NodeProcess node)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (!node.IsRunning)
            {
                await node.EndsAsync();
                node.Restarts++;
                await Task.Delay(TimeSpan.FromMilliseconds(200));
                node.Start();
            }
            else if (await node.ReadyStatusAsync() == 200)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromMinutes(2), $"{node} was not ready within two minutes:{Environment.NewLine}{node.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
