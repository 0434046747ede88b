using System.Text.RegularExpressions;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Silos and web servers on a real Redis.</summary>
public sealed partial class RedisTests(BrowserFixture chromium, ITestOutputHelper output) : IClassFixture<BrowserFixture>
{
    private const int Stashes = 200;
    private const int PayloadBytes = 64;

    [Fact]
    public async Task Readme_ItsLinesRunAndASiloKilled_ThePageIsBackWithItsState()
    {
        // The ports of the README may be taken here; all else is as it says.
        var ports = new Dictionary<string, string>();
        var lines = ReadReadme().Select(line => Port().Replace(line, match => ports.TryGetValue(match.Value, out var port) ? port : ports[match.Value] = $"{FreePort.Take()}")).ToArray();
        var variables = lines.Where(static line => line.StartsWith("export ", StringComparison.Ordinal)).Select(static line => line["export ".Length..].Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        var redisLine = Assert.Single(lines, static line => line.StartsWith("redis-server ", StringComparison.Ordinal)).Split(' ');
        var redis = new RedisServer(int.Parse(redisLine[2]), redisLine[3..]);
        await redis.InitializeAsync();
        await using var programs = new ReadmePrograms(variables, output);
        var nodes = lines.Where(static line => line.StartsWith("dotnet run ", StringComparison.Ordinal)).Select(programs.Add).ToArray();
        Assert.Equal(["silo-host", "silo-host", "samples/Cluster"], nodes.Select(static node => node.Name));
        await ProcessCluster.StartAsync(nodes);
        await using var visitor = await chromium.Server.Browser.NewContextAsync();
        await visitor.AddInitScriptAsync(PageRecorder.Script);
        var page = new StashPage(await visitor.NewPageAsync(), nodes[2].Address);
        await page.OpenAsync("/counter/orleans");
        await page.CountToAsync(3);
        var store = new RedisStore("livestash", redis);
        Assert.Equal((1, 2, 1), await store.RowsAsync());

        // The one or the other has the stash.
        await nodes[0].KillAsync();
        await page.CountToAsync(4, from: 3);
        await ProcessCluster.StartAsync(nodes[0]);
        await nodes[1].KillAsync();
        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(4);
        await page.ClickAsync("Reset Stash");

        // No empty key either. Its ledger is told when its time to live is over.
        await Until.TrueAsync(async () => (await store.RowsAsync()).Stashes == 0, "the stash's key is gone");
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task KillAll_WithTheDirectoryInRedisTooAndRedisItselfStartedAgain_AllRecovered()
    {
        var redis = new RedisServer();
        await redis.InitializeAsync();
        var store = redis.CreateStore();
        await using var cluster = new ProcessCluster(store, output);
        NodeProcess[] silos = [.. Enumerable.Range(0, 2).Select(_ => cluster.AddSilo(StashDurability.WriteThrough, "--Orleans:GrainDirectory:LiveStash:ProviderType=Redis"))];
        await ProcessCluster.StartAsync(silos);
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(silos[0].Address, "/health/ready")));
        var writer = await cluster.CreateStashesAsync(Stashes, payloadBytes: PayloadBytes);
        var rows = await store.RowsAsync();
        Assert.Equal(Stashes, rows.Stashes);

        // As base64 they would be more, and other bytes.
        Assert.All(await store.PayloadsAsync(), static payload => Assert.True(payload.AsSpan().IndexOf(new byte[PayloadBytes]) > 0));

        await Task.WhenAll(silos.Select(static silo => silo.KillAsync()));
        await redis.StopAsync();
        await redis.InitializeAsync();
        await ProcessCluster.StartAsync(silos);

        await Until.TrueAsync(async () => (await writer.LostAsync()).Count == 0, "all stashes are there");
        Assert.Equal(rows, await store.RowsAsync());
        await redis.DisposeAsync();
    }

    private static string[] ReadReadme()
    {
        var text = File.ReadAllText(BuildOutput.Readme);
        var section = text[text.IndexOf("## Redis", StringComparison.Ordinal)..];
        return section.Split("```")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1..];
    }

    [GeneratedRegex(@"(?<=[=:\s])\d{4,5}\b")]
    private static partial Regex Port();
}
