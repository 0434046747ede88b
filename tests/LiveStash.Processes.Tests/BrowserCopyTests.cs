using LiveStash.Browser.Tests.Browsing;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>A cluster with a copy in the tab behind it.</summary>
public sealed class BrowserCopyTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    private const string Engine = "orleans+browser";

    [Fact]
    public async Task KillAll_AndNothingIsLeftButTheKeys_TheStateIsBackFromTheTab()
    {
        var nodes = await StartAsync();
        var page = await OpenAsync(nodes[0].Address, $"/counter/{Engine}");
        await page.CountToAsync(7);

        await KillAllAndWipeAsync(nodes);
        var killed = Now;
        await ProcessCluster.StartAsync(nodes);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        Note($"All nodes killed, database wiped, started again: the page was back {Seconds(await TimeToAsync(page, StashPageStatus.Recovered, killed))} after the start began");
        Assert.All(await page.RendersAsync(), static render => Assert.Equal("7", render.Value));
        await page.CountsOnFromAsync(7);

        // And it is in the cluster again.
        Assert.Equal(1, (await Cluster.RowsAsync()).Stashes);
    }

    [Fact]
    public async Task KillAll_WithAPayloadOf200KibibytesAndNothingIsLeftButTheKeys_ItIsBackFromTheTab()
    {
        var nodes = await StartAsync();
        var page = await OpenAsync(nodes[0].Address, $"/lab/{Engine}");
        var digest = await page.FillAsync(kibibytes: 200);
        await LoseCircuitAsync(page);
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);

        var document = await page.DocumentAsync();
        await KillAllAndWipeAsync(nodes);
        await ProcessCluster.StartAsync(nodes);
        await page.IsAnotherDocumentAsync(document);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    [Fact]
    public async Task Reconnect_CopyIsOlderThanTheCluster_TheClusterWins()
    {
        var nodes = await StartAsync();
        var page = await OpenAsync(nodes[0].Address, $"/counter/{Engine}");
        await page.CountToAsync(5);
        await page.BlockCopyAsync();
        await page.CountToAsync(9, from: 5);

        await LoseCircuitAsync(page);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(9);
    }

    [Fact]
    public async Task Restart_ClusterIsOlderThanTheCopy_TheCopyWins()
    {
        var nodes = await StartAsync();
        var page = await OpenAsync(nodes[0].Address, $"/counter/{Engine}");
        await page.CountToAsync(5);
        await Database.BackUpAsync();
        await page.CountToAsync(9, from: 5);

        await Task.WhenAll(nodes.Select(static node => node.KillAsync()));
        await Database.RestoreAsync();
        await ProcessCluster.StartAsync(nodes);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(9);
    }

    private async Task<NodeProcess[]> StartAsync()
    {
        NodeProcess[] nodes = [Cluster.AddCohost(StashDurability.WriteThrough)];
        await ProcessCluster.StartAsync(nodes);
        return nodes;
    }

    private async Task KillAllAndWipeAsync(NodeProcess[] nodes)
    {
        Assert.Equal(1, (await Cluster.RowsAsync()).Stashes);
        await Task.WhenAll(nodes.Select(static node => node.KillAsync()));
        await Database.WipeAsync();
    }
}
