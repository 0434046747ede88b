using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>The web server that a tab is on goes, and the tab goes on with another.</summary>
[Collection(TimedCollection.Name)]
public sealed class WebNodeTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    /// <summary>From the kill until the page is back, with one of three silos gone at the same time.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Kill_CohostedNodeThatTheTabIsOn_RecoveredOnAnotherFromStorage()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => Cluster.AddCohost(StashDurability.WriteThrough)).ToArray();
        await ProcessCluster.StartAsync(nodes);
        await WarmUpAsync(nodes);
        await using var proxy = new TcpProxy(nodes.Select(static node => node.HttpPort));
        var page = await OpenAsync(proxy.Address);
        await page.CountToAsync(3);
        Assert.Contains(nodes[0], (await Cluster.StashesAsync()).Keys);

        var killed = Now;
        await nodes[0].KillAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        var time = await TimeToAsync(page, StashPageStatus.Recovered, killed);
        Note($"One of three co-hosted nodes killed, WriteThrough: the page was back after {Seconds(time)}");
        await page.CountsOnFromAsync(3);
        Assert.True(time < BackWithin, $"{time}");
    }
}
