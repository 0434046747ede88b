using System.Net;
using System.Net.Sockets;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Processes.Tests;

/// <summary>What the hosts send to a collector, and what becomes of them when it does not take it.</summary>
public sealed class TelemetryTests(BrowserFixture chromium) : IClassFixture<BrowserFixture>, IDisposable
{
    /// <summary>Starting, serving and ending of a host take a few seconds on a machine under load.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Two signals that are not taken, 2 s each, and the end itself.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("livestash-keys-");

    /// <inheritdoc />
    public void Dispose() => _keys.Delete(recursive: true);

    [Fact]
    public async Task Silo_WithACollector_SendsItsMeter()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var silo = Node(BuildOutput.SiloHost, "/health/ready", collector.Address);
        await ProcessCluster.StartAsync(silo);

        await SendsAsync(collector, "metrics", "LiveStash", "livestash.silo.stashes", "livestash.silo.size", "SiloHost");
    }

    [Fact]
    public async Task Cluster_WithACollectorAndAPageThatSaves_SendsMetricsAndTracesOfPageAndGrain()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var node = Node(BuildOutput.ClusterSample, "/healthz", collector.Address);
        await ProcessCluster.StartAsync(node);
        await CountAsync(node, "/counter/orleans");

        await SendsAsync(collector, "metrics", "LiveStash", "livestash.saves", "livestash.save.duration", "livestash.silo.stashes");
        await SendsAsync(collector, "traces", "LiveStash", "livestash.recover", "livestash.save", "Microsoft.Orleans.Application");
    }

    [Fact]
    public async Task Embedded_WithACollectorAndAPageThatSaves_SendsMetricsAndTraces()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var node = Node(BuildOutput.EmbeddedSample, "/healthz", collector.Address);
        await ProcessCluster.StartAsync(node);
        await CountAsync(node, "/counter/memory");

        await SendsAsync(collector, "metrics", "LiveStash", "livestash.circuit.active", "livestash.saves");
        await SendsAsync(collector, "traces", "LiveStash", "livestash.save");
    }

    /// <summary>One refuses connections; the other takes them, and answers nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cluster_CollectorIsDown_StartsServesAndEndsAllTheSame(bool hangs)
    {
        using var silent = new TcpListener(IPAddress.Loopback, hangs ? 0 : FreePort.Take());
        if (hangs)
        {
            silent.Start();
        }

        await using var node = Node(BuildOutput.ClusterSample, "/healthz", new($"http://{silent.LocalEndpoint}"));
        await ProcessCluster.StartAsync(node);
        await CountAsync(node, "/counter/orleans");

        Assert.Equal(0, await node.TerminateAsync().WaitAsync(EndsWithin));
    }

    private async Task CountAsync(NodeProcess node, string path)
    {
        await using var visitor = await chromium.Server.Browser.NewContextAsync();
        await visitor.AddInitScriptAsync(PageRecorder.Script);
        var page = new StashPage(await visitor.NewPageAsync(), node.Address);
        await page.OpenAsync(path);
        await page.CountToAsync(2);
    }

    private static async Task SendsAsync(OtlpReceiver collector, string signal, params string[] names)
    {
        foreach (var name in names)
        {
            await Until.TrueAsync(() => collector.Has(signal, name), $"{name} came with the {signal}", Patience);
        }
    }

    private NodeProcess Node(string assembly, string readyPath, Uri collector)
    {
        var (port, gateway) = (FreePort.Take(), FreePort.Take());
        string[] silo = assembly == BuildOutput.EmbeddedSample ? [] : [$"--Orleans:Endpoints:SiloPort={port}", $"--Orleans:Endpoints:GatewayPort={gateway}"];
        string[] web = assembly == BuildOutput.SiloHost ? [] : [$"--DataProtection:Keys={_keys.FullName}"];
        return new("node", assembly, readyPath, port, gateway, [.. silo, .. web], new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        });
    }
}
