using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>The web server that a tab is on goes, and the tab goes on with another.</summary>
public sealed class WebNodeTests(PostgresFixture postgres, ChromiumFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    /// <summary>From the kill until the page is back, with one of three silos gone at the same time.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Kill_CohostedNodeThatTheTabIsOn_RecoveredOnAnotherFromStorage()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => Cluster.AddCohost(StashDurability.WriteThrough)).ToArray();
        await ProcessCluster.StartAsync(nodes);
        await WarmUpAsync(nodes);
        await using var proxy = new TcpProxy(nodes);
        var page = await OpenAsync(proxy.Address);
        await page.CountToAsync(3);
        Assert.Contains(nodes[0], (await Cluster.StashesAsync()).Keys);

        var killed = Now;
        await nodes[0].KillAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        var time = await TimeToAsync(page, StashPageStatus.Recovered, killed);
        Cluster.Note($"One of three co-hosted nodes killed, WriteThrough: the page was back after {Seconds(time)}");
        await page.CountsOnFromAsync(3);
        Assert.True(time < BackWithin, $"{time}");
    }

    [Fact]
    public async Task Kill_WebServerWithSilosApartInMemory_RecoveredOnAnother()
    {
        var silos = Enumerable.Range(0, 2).Select(_ => Cluster.AddSilo(StashDurability.Memory)).ToArray();
        var (one, other) = (Cluster.AddWeb(), Cluster.AddWeb());
        await ProcessCluster.StartAsync([.. silos, one, other]);
        await WarmUpAsync(one, other);
        await using var proxy = new TcpProxy(one, other);
        var page = await OpenAsync(proxy.Address);
        await page.CountToAsync(3);

        var killed = Now;
        await one.KillAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        var time = await TimeToAsync(page, StashPageStatus.Recovered, killed);
        Cluster.Note($"Web server killed, silos apart, Memory: the page was back after {Seconds(time)}");
        await page.CountsOnFromAsync(3);
        Assert.True(time < BackWithin, $"{time}");
    }

    [Fact]
    public async Task Move_CircuitOfBeforeStillAliveOnTheFirstServer_ItsCallsAreSupersededAndChangeNothing()
    {
        const string Path = Counter + "?scope=tab&ttl=8";
        var silo = Cluster.AddSilo(StashDurability.Memory);
        var (one, other) = (Cluster.AddWeb(), Cluster.AddWeb());
        await ProcessCluster.StartAsync(silo, one, other);
        await using var proxy = new TcpProxy(one);
        var page = await OpenAsync(proxy.Address, Path);
        await page.CountToAsync(3);

        // To the first server the tab is still there: its circuit goes on, and keeps its stash alive every two seconds.
        proxy.Route(other);
        proxy.LoseBrowser();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountToAsync(5, from: 3);

        await Until.TrueAsync(
            () => one.Log.Has("could not be kept alive: Superseded"),
            "the first server's circuit was refused");
        await page.CountsOnFromAsync(5);
        await page.ReloadAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(6);
    }

    [Fact]
    public async Task Write_OfAnOwnerWhoWasSuperseded_IsRefusedOnEverySilo()
    {
        await ProcessCluster.StartAsync(Cluster.AddSilo(StashDurability.WriteThrough), Cluster.AddSilo(StashDurability.WriteThrough));
        var engine = await Cluster.ConnectAsync();
        var (id, terms) = (StashId.New(), new StashTerms(TimeSpan.FromMinutes(30)));
        await engine.WriteAsync(id, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("count", "3"u8.ToArray())], Terms = terms });
        var taken = await engine.OpenAsync(id, StashOpenMode.Own, terms);

        var delta = await engine.WriteAsync(id, new() { Epoch = 1, BaseVersion = taken.Version, Changed = [new("count", "4"u8.ToArray())], Terms = terms });
        var replace = await engine.WriteAsync(id, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("count", "5"u8.ToArray())], Terms = terms });
        var clear = await engine.ClearAsync(id, 1);

        Assert.Equal(
            [StashOutcome.Superseded, StashOutcome.Superseded, StashOutcome.Superseded, StashOutcome.Superseded],
            [delta.Outcome, replace.Outcome, clear.Outcome, (await engine.TouchAsync(id, 1, terms)).Outcome]);
        var now = await engine.OpenAsync(id, StashOpenMode.Read, terms);
        Assert.Equal("3"u8.ToArray(), Assert.Single(now.Entries).Value.ToArray());
    }
}
