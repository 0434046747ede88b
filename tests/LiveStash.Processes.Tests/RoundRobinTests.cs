using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Each request of a page goes to the next server: no sticky sessions.</summary>
[Collection(TimedCollection.Name)]
public sealed class RoundRobinTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    [Fact]
    public async Task Page_BehindNginxWithThreeCohostedNodes_OpensAndComesBackFromEachLoss()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => Cluster.AddCohost(StashDurability.WriteThrough)).ToArray();
        await ProcessCluster.StartAsync(nodes);
        await WarmUpAsync(nodes);
        await using var nginx = new NginxProcess(nodes.Select(static node => node.HttpPort));
        await nginx.IsReadyAsync();

        foreach (var _ in nodes)
        {
            var began = Now;
            var page = await OpenAsync(nginx.Address);
            await page.IsInteractiveAsync();
            var opened = Now - began;
            await page.CountToAsync(3);

            began = Now;
            var isSameNode = await page.CloseConnectionAsync();
            await page.HasStatusAsync(isSameNode ? StashPageStatus.New : StashPageStatus.Recovered);
            var back = Now - began;
            await page.CountsOnFromAsync(3);

            var served = await page.Page.Locator(".site-foot code").TextContentAsync();
            var tab = nodes.Single(node => $"{node.ProcessId}" == served);
            var reconnected = ReconnectsAsync(page);
            began = Now;
            await tab.KillAsync();
            await reconnected.WaitAsync(StashPage.Patience);
            await page.HasStatusAsync(StashPageStatus.Recovered);
            await page.CountsOnFromAsync(4);
            Note(
                $"Interactive after {Seconds(opened)}; back {Seconds(back)} after the connection was closed, {(isSameNode ? "on the same" : "on another")} node; "
                + $"the next click counts {Seconds(Now - began)} after kill -9 of {tab.Name}");
            await ProcessCluster.StartAsync(tab);
            await page.Page.CloseAsync();
        }

        var servers = nginx.Requests.Select(static request => request.Split(' ')[0]).Distinct().Count(server => nodes.Any(node => server.EndsWith($":{node.HttpPort}", StringComparison.Ordinal)));
        Assert.Equal(3, servers);
        Assert.DoesNotContain(nginx.Requests, static request => request.Contains("/negotiate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_BehindAProxyWithoutWebSockets_NegotiatesByItself()
    {
        var node = Cluster.AddCohost(StashDurability.WriteThrough);
        await ProcessCluster.StartAsync(node);
        await WarmUpAsync(node);
        await using var nginx = new NginxProcess([node.HttpPort], passesWebSockets: false);
        await nginx.IsReadyAsync();

        var began = Now;
        var page = await OpenAsync(nginx.Address);
        await page.CountToAsync(3);
        Note($"Interactive by long polling, and three clicks, after {Seconds(Now - began)}");

        // The tab knows from now on.
        var tried = nginx.Requests.Count(static request => request.Contains("/_blazor?", StringComparison.Ordinal) && !request.Contains("id=", StringComparison.Ordinal));
        await page.Page.ReloadAsync();
        await page.IsInteractiveAsync();
        Assert.Equal(tried, nginx.Requests.Count(static request => request.Contains("/_blazor?", StringComparison.Ordinal) && !request.Contains("id=", StringComparison.Ordinal)));
        Assert.Contains(nginx.Requests, static request => request.Contains("/negotiate", StringComparison.Ordinal));
    }

    /// <summary>Completes when a reconnection of the page has been answered, by whichever server.</summary>
    private static Task ReconnectsAsync(StashPage page) => page.Page.EvaluateAsync(
        """
        () => new Promise(resolve => {
          const reconnect = Blazor.reconnect;
          Blazor.reconnect = async () => {
            const same = await reconnect();
            resolve();
            return same;
          };
        })
        """);
}
