using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using SiloHost.Configuration;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>
/// Nodes of one cluster. At the end, their warnings are in the test's output, and all that they logged in files below the
/// test's build output.
/// </summary>
/// <param name="store">What the nodes share.</param>
/// <param name="output">Of the test.</param>
/// <param name="web">The program of the web servers; the cluster sample if there is no other.</param>
/// <param name="firstGroup">The group of the first node's process; each has one of its own then.</param>
/// <param name="variables">What the environment of a node's process has, by its number.</param>
internal sealed class ProcessCluster(
    ClusterStore store, ITestOutputHelper? output = null, string? web = null, int? firstGroup = null, Func<int, IReadOnlyDictionary<string, string>>? variables = null)
    : IAsyncDisposable
{
    /// <summary>As Orleans names the grain of a stash.</summary>
    private const string StashGrainType = "livestash";

    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("livestash-keys-");
    private readonly List<NodeProcess> _nodes = [];
    private IHost? _client;

    /// <summary>A silo apart, not started yet.</summary>
    public NodeProcess AddSilo(StashDurability durability, params string[] args) => Add("silo", BuildOutput.SiloHost, "/health/ready", [Durability(durability), .. args]);

    /// <summary>A web server with a silo in its process, not started yet.</summary>
    public NodeProcess AddCohost(StashDurability durability, params string[] args) => Add("node", Web, "/healthz", [Durability(durability), KeysArgument, .. args]);

    /// <summary>A web server that is a client of silos, not started yet.</summary>
    public NodeProcess AddWeb(params string[] args) => Add("web", Web, "/healthz", ["--Cluster:Mode=client", KeysArgument, .. args]);

    private string Web => web ?? BuildOutput.ClusterSample;

    private string KeysArgument => $"--DataProtection:Keys={_keys.FullName}";

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
            .Where(static grain => grain.GrainId.Type.ToString() == StashGrainType)
            .GroupBy(grain => _nodes.Single(node => node.SiloPort == grain.SiloAddress.Endpoint.Port))
            .ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>The rows of stored stashes, of ledgers, and of reminders.</summary>
    public Task<(long Stashes, long Ledgers, long Reminders)> RowsAsync() => store.RowsAsync();

    /// <summary>Stashes that are there, each with an owner who writes on.</summary>
    public async Task<LoadWriter> CreateStashesAsync(int count, TimeSpan? timeToLive = null, int payloadBytes = 64)
    {
        var writer = new LoadWriter(await ConnectAsync(), count, new(timeToLive ?? TimeSpan.FromMinutes(30)), payloadBytes);
        for (var attempt = 1; attempt == 1 || writer.Failures.Count > 0; attempt++)
        {
            // The first calls of new processes may take longer than the engine waits.
            Assert.True(attempt <= 3, string.Join(Environment.NewLine, writer.Failures));
            writer.Failures.Clear();
            await writer.CreateAsync();
        }

        return writer;
    }

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

        _keys.Delete(recursive: true);
    }

    private static string Durability(StashDurability durability) => $"--LiveStash:DefaultDurability={durability}";

    private async Task WriteLogAsync(NodeProcess node)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "logs")).FullName, $"{store.Id} {node.Name}.log");
        await File.WriteAllTextAsync(file, node.Log.ToString());
        output?.WriteLine($"--- {node.Name}, silo port {node.SiloPort}: {file}");
        foreach (var line in node.Log.ProblemsInShort())
        {
            output?.WriteLine(line);
        }
    }

    private NodeProcess Add(string kind, string assembly, string readyPath, params string[] args)
    {
        var (port, gateway) = (FreePort.Take(), FreePort.Take());
        var node = new NodeProcess($"{kind} {_nodes.Count + 1}", assembly, readyPath, port, gateway,
            [
                .. args, $"--Orleans:Endpoints:SiloPort={port}", $"--Orleans:Endpoints:GatewayPort={gateway}",
                .. store.Settings.Select(static setting => $"--{setting.Key}={setting.Value}"),
            ],
            variables?.Invoke(_nodes.Count),
            group: firstGroup + _nodes.Count);
        _nodes.Add(node);
        return node;
    }

    private async Task<IServiceProvider> ClientAsync()
    {
        if (_client is null)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration.AddInMemoryCollection(store.ClientSettings());
            builder.UseOrleansClient(static client => client.Configure<GatewayOptions>(static options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2)));
            builder.Services.AddLiveStashCore().UseOrleans();
            _client = builder.Build();
            await _client.StartAsync();
        }

        return _client.Services;
    }
}
