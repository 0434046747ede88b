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

        var count = 0;
        for (var visit = 1; visit <= 3; visit++)
        {
            var began = Now;
            var page = await OpenAsync(nginx.Address);
            await page.IsInteractiveAsync();
            var opened = Now - began;
            await page.CountToAsync(3);

            began = Now;
            await page.LoseConnectionAsync();
            await page.CountToAsync(4, from: 3);
            var reconnected = Now - began;
            Note($"Visit {visit}: interactive after {Seconds(opened)}; the next click is on the screen {Seconds(reconnected)} after the connection was closed");
            await page.ClickAsync("Reset Stash");
            await page.HasSavedAsync("");
            await page.Page.CloseAsync();
        }

        var tab = await OpenAsync(nginx.Address);
        await tab.CountToAsync(5);
        count = 5;
        foreach (var node in nodes.Take(2))
        {
            var document = await tab.DocumentAsync();
            var killed = Now;
            await node.KillAsync();

            // Only one of the three has the tab.
            await tab.CountToAsync(++count, from: count - 1);
            Note($"{node.Name} killed: the next click is on the screen after {Seconds(Now - killed)}{(document == await tab.DocumentAsync() ? ", the page stayed" : ", in a new document")}");
            await ProcessCluster.StartAsync(node);
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
}
