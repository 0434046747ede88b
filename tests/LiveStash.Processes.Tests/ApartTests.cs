using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Web servers that are clients of silos: they come and go, and the stashes stay.</summary>
[Collection(TimedCollection.Name)]
public sealed class ApartTests(SharedCluster shared, PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output)
    : ProcessTest(postgres, chromium, output, shared), IClassFixture<SharedCluster>
{
    /// <summary>From the kill until the page is back.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);

    private readonly NodeProcess _one = shared.One;
    private readonly NodeProcess _other = shared.Other;

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task Kill_WebServerWithSilosApartInMemory_RecoveredOnAnother()
    {
        var (one, other) = (_one, _other);
        await WarmUpAsync(one, other);
        await using var proxy = new TcpProxy(one.HttpPort, other.HttpPort);
        var page = await OpenAsync(proxy.Address);
        await page.CountToAsync(3);

        var killed = Now;
        await one.KillAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        var time = await TimeToAsync(page, StashPageStatus.Recovered, killed);
        Note($"Web server killed, silos apart, Memory: the page was back after {Seconds(time)}");
        await page.CountsOnFromAsync(3);
        Assert.True(time < BackWithin, $"{time}");
        await ProcessCluster.StartAsync(one);
    }

    [Fact]
    public async Task Move_CircuitOfBeforeStillAliveOnTheFirstServer_ItsCallsAreSupersededAndChangeNothing()
    {
        const string Path = Counter + "?scope=tab&ttl=8";
        var (one, other) = (_one, _other);
        await using var proxy = new TcpProxy(one.HttpPort);
        var page = await OpenAsync(proxy.Address, Path);
        await page.CountToAsync(3);

        // To the first server the tab is still there: its circuit goes on, and keeps its stash alive every two seconds.
        proxy.Route(other.HttpPort);
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
        var engine = await Cluster.ConnectAsync();
        var (id, terms) = (StashId.New(), new StashTerms(TimeSpan.FromMinutes(30), StashDurability.WriteThrough));

        // The first calls of new processes may take longer than the engine waits.
        StashWrite first = new() { Epoch = 1, BaseVersion = StashWrite.AnyVersion, Replace = true, Changed = [new("count", "3"u8.ToArray())], Terms = terms };
        await Until.TrueAsync(async () => (await engine.WriteAsync(id, first)).IsOk, "it is there");
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
