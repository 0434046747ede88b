using System.Diagnostics;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>All processes die at once, and are started again.</summary>
[Collection(TimedCollection.Name)]
public sealed class ColdStartTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    private const int Stashes = 200;

    [Fact]
    public async Task KillAll_WriteThrough_AllRecoveredAfterTheStart()
    {
        var (page, writer, nodes) = await StartAsync(StashDurability.WriteThrough);

        await Task.WhenAll(nodes.Select(node => node.KillAsync()));
        var clock = Stopwatch.StartNew();
        await ProcessCluster.StartAsync(nodes);
        var started = clock.Elapsed;

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
        await Until.TrueAsync(async () => (await writer.LostAsync()).Count == 0, "all stashes are there");
        Note($"All nodes killed and started again in {Seconds(started)}, WriteThrough: {Stashes} of {Stashes} stashes recovered, and the page's");
    }

    [Fact]
    public async Task KillAll_Memory_NotFoundAndThePageWorks()
    {
        var (page, writer, nodes) = await StartAsync(StashDurability.Memory);

        await Task.WhenAll(nodes.Select(node => node.KillAsync()));
        await ProcessCluster.StartAsync(nodes);

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
        await LoseCircuitAsync(page);
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(1);
        Assert.Equal(Stashes, (await writer.LostAsync()).Count);
        Assert.Equal((0, 0, 0), await Cluster.RowsAsync());
    }

    private async Task<(StashPage Page, LoadWriter Writer, NodeProcess[] Nodes)> StartAsync(StashDurability durability)
    {
        NodeProcess[] nodes = [Cluster.AddCohost(durability), Cluster.AddCohost(durability)];
        await ProcessCluster.StartAsync(nodes);
        var page = await OpenAsync(nodes[0].Address);
        await page.CountToAsync(3);
        return (page, await Cluster.CreateStashesAsync(Stashes), nodes);
    }
}
