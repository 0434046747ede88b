using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace LiveStash.Orleans.Tests.Measuring;

/// <summary>What a silo counts.</summary>
public sealed class SiloMetricsTests
{
    private static readonly StashTerms InMemory = new(TimeSpan.FromMinutes(30), StashDurability.Memory);
    private static readonly StashTerms Behind = new(TimeSpan.FromMinutes(30), StashDurability.WriteBehind);
    private static readonly StashTerms Through = new(TimeSpan.FromMinutes(30), StashDurability.WriteThrough);

    [Fact]
    public async Task StashesAndSize_StashesComeGrowAndGo_AreWhatIsInMemoryNow()
    {
        await using var cluster = await StashCluster.StartAsync();
        using var stashes = Metric<long>(cluster, "livestash.silo.stashes");
        using var size = Metric<long>(cluster, "livestash.silo.size");
        var engine = cluster.ClientEngine();
        Owner[] owners = [new(engine, InMemory), new(engine, Through), new(engine, Behind)];
        foreach (var owner in owners)
        {
            Assert.True((await owner.ReplaceAsync("1")).IsOk);
        }

        var one = new StashEntry("value", "1"u8.ToArray()).Size;
        Assert.Equal((3, 3 * one), (stashes.Now(), size.Now()));

        Assert.True((await owners[0].WriteAsync("123456")).IsOk);
        Assert.Equal((3, (3 * one) + 5), (stashes.Now(), size.Now()));

        Assert.True((await owners[1].ClearAsync()).IsOk);
        Assert.Equal((2, (2 * one) + 5), (stashes.Now(), size.Now()));

        // Stored, and then only there.
        await Until.TrueAsync(() => cluster.Storage.HasRow(StashCluster.GrainIdOf(owners[2].Id)), "it is flushed");
        await cluster.Grain(owners[2].Id).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(() => stashes.Now() == 1, "the activation ends");
        Assert.Equal(one + 5, size.Now());
    }

    [Fact]
    public async Task Unstored_StorageIsHeldUp_AreCountedWithTheirAgeUntilItIsThere()
    {
        var time = new FakeTimeProvider();
        var unstored = new LiveStash.Orleans.Server.Measuring.UnstoredStashes(time);
        Assert.Equal((0, TimeSpan.Zero), (unstored.Count, unstored.OldestAge));
        var first = unstored.Add();
        time.Advance(TimeSpan.FromSeconds(5));
        var second = unstored.Add();
        Assert.Equal((2, TimeSpan.FromSeconds(5)), (unstored.Count, unstored.OldestAge));
        unstored.Remove(first);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (unstored.Count, unstored.OldestAge));
        unstored.Remove(second);
        Assert.Equal((0, TimeSpan.Zero), (unstored.Count, unstored.OldestAge));

        await using var cluster = await StashCluster.StartAsync();
        using var count = Metric<int>(cluster, "livestash.silo.unstored.stashes");
        using var age = Metric<double>(cluster, "livestash.silo.unstored.age");
        cluster.Storage.Gate = new();
        var owner = new Owner(cluster.ClientEngine(), Behind);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        Assert.Equal(1, count.Now());
        await Until.TrueAsync(() => age.Now() >= 1, "it grows old");

        cluster.Storage.Gate.SetResult();
        cluster.Storage.Gate = null;

        await Until.TrueAsync(() => count.Now() == 0, "it is stored");
        Assert.Equal(0, age.Now());
    }

    [Fact]
    public async Task StorageDuration_OperationsOfStashesAndLedgers_AreRecordedByOutcome()
    {
        await using var cluster = await StashCluster.StartAsync();
        using var duration = Metric<double>(cluster, "livestash.silo.storage.duration");
        using var listings = Metric<long>(cluster, "livestash.silo.ledger.listings");
        using var waiting = Metric<int>(cluster, "livestash.silo.ledger.waiting");
        var owner = new Owner(cluster.ClientEngine(), Through);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        cluster.Storage.WriteFailure = new IOException("down");
        Assert.False((await owner.WriteAsync("2")).IsOk);
        cluster.Storage.WriteFailure = null;
        Assert.True((await owner.ClearAsync()).IsOk);

        var told = duration.GetMeasurementSnapshot().Select(static one => $"{one.Tags["livestash.operation"]} {one.Tags["livestash.kind"]} {one.Tags["livestash.outcome"]}").ToArray();
        Assert.Equal(["read stash ok", "write stash ok", "write stash failed", "read stash ok", "clear stash ok"], told.Where(static one => one.Contains("stash", StringComparison.Ordinal)));
        Assert.Contains("write ledger ok", told);
        Assert.All(duration.GetMeasurementSnapshot(), static one => Assert.InRange(one.Value, 0, 30));
        Assert.Equal(["1 ok"], listings.Told());
        Assert.Equal(0, waiting.Now());
    }

    [Fact]
    public async Task StorageDuration_StorageHangs_IsATimeout()
    {
        await using var cluster = await StashCluster.StartAsync(configure: static options => options.StorageTimeout = TimeSpan.FromMilliseconds(100));
        var owner = new Owner(cluster.ClientEngine(), Through);

        // It is listed with the first, for which a machine under load may need longer.
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk, "it is there");
        using var duration = Metric<double>(cluster, "livestash.silo.storage.duration");
        cluster.Storage.Gate = new();

        Assert.False((await owner.WriteAsync("2")).IsOk);

        Assert.Contains(duration.GetMeasurementSnapshot(), static one => (string?)one.Tags["livestash.outcome"] == "timeout" && (string?)one.Tags["livestash.kind"] == "stash" && one.Value >= 0.09);
    }

    [Fact]
    public async Task Listings_LedgerCannotBeWritten_AreFailed()
    {
        await using var cluster = await StashCluster.StartAsync();
        using var listings = Metric<long>(cluster, "livestash.silo.ledger.listings");
        cluster.Storage.Ledgers.WriteFailure = new IOException("down");

        // Asked of the ledger itself: an engine whose cluster takes long to answer its first call sends that again, and lists twice.
        var id = StashId.New();
        Assert.NotNull(await LedgerGrain.Of(StashCluster.GrainIdOf(id), cluster.Cluster.Client).ListAsync(StashAddress.KeyOf(id), TimeSpan.FromHours(1)));

        Assert.Equal(["1 failed"], listings.Told());
        Assert.False((await new Owner(cluster.ClientEngine(), Through).ReplaceAsync("1")).IsOk);
    }

    [Fact]
    public async Task Expired_TimeIsOver_IsCountedInMemoryAndAsARowByTheSweep()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var cluster = await StashCluster.StartAsync(time: time);
        using var expired = Metric<long>(cluster, "livestash.silo.expired");
        using var asked = Metric<long>(cluster, "livestash.silo.ledger.asked");
        using var sweeps = Metric<long>(cluster, "livestash.silo.ledger.sweeps");
        var engine = cluster.ClientEngine();

        // In the ledger whose first tick Orleans itself sends last: it is to be the tick of this test.
        var id = Enumerable.Range(0, int.MaxValue).Select(static _ => StashId.New())
            .First(id => LedgerGrain.Of(StashCluster.GrainIdOf(id), cluster.Cluster.Client).GetPrimaryKeyString() == $"{LedgerGrain.Count - 1}");
        Owner memory = new(engine, InMemory), through = new(engine, Through, id);
        Assert.True((await memory.ReplaceAsync("1")).IsOk);
        Assert.True((await through.ReplaceAsync("1")).IsOk);
        time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal("NotFound", await memory.ReadAsync());
        Assert.Equal(["1 memory"], expired.Told());
        await cluster.TickAsync(through.Id);
        await Until.TrueAsync(() => cluster.Left.Stashes == 0 && sweeps.Told().Length == 1, "the row is gone");

        Assert.Equal(["1 memory", "1 memory", "1 row"], expired.Told().Order());
        Assert.Equal(["1 gone"], asked.Told());
        Assert.Equal(["1 ok"], sweeps.Told());
    }

    [Fact]
    public async Task OpenAge_PageComesBackAfterAMinute_IsTheTimeSinceTheLastCall()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var cluster = await StashCluster.StartAsync(time: time);
        using var age = Metric<double>(cluster, "livestash.silo.open.age");
        var owner = new Owner(cluster.ClientEngine(), InMemory);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        time.Advance(TimeSpan.FromSeconds(61));
        await owner.ReadAsync();

        await owner.OwnAsync();

        Assert.Equal(["61"], age.Told());
    }

    [Fact]
    public async Task MigratedAndLost_SilosStopOneAfterTheOther_AreCounted()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false);
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), InMemory);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        var (from, to) = (cluster.Silos[0], cluster.Silos[1]);
        using var outward = Metric<long>(cluster, "livestash.silo.migrated", from);
        using var inward = Metric<long>(cluster, "livestash.silo.migrated", to);
        using var stashes = Metric<long>(cluster, "livestash.silo.stashes", to);
        using var lost = Metric<long>(cluster, "livestash.silo.lost", to);

        await cluster.Cluster.StopSiloAsync(from);
        await Until.TrueAsync(() => inward.Told().Length == 1, "it has arrived");
        Assert.Equal(["1 out", "1 in"], [.. outward.Told(), .. inward.Told()]);
        Assert.Equal(1, stashes.Now());

        await cluster.Cluster.StopSiloAsync(to);
        Assert.Equal(["1 shutting_down"], lost.Told());
    }

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteBehind)]
    public async Task StashesAndUnstored_StashesGoToAndFroUnderLoad_AddUpToWhatIsThere(StashDurability durability)
    {
        const int Count = 200;
        await using var cluster = await StashCluster.StartAsync(silos: 2, options => (options.Placement, options.FlushInterval) = (new RandomPlacement(), TimeSpan.FromMilliseconds(50)));
        MetricCollector<long>[] stashes = [.. cluster.Silos.Select(silo => Metric<long>(cluster, "livestash.silo.stashes", silo))];
        MetricCollector<long>[] size = [.. cluster.Silos.Select(silo => Metric<long>(cluster, "livestash.silo.size", silo))];
        MetricCollector<int>[] unstored = [.. cluster.Silos.Select(silo => Metric<int>(cluster, "livestash.silo.unstored.stashes", silo))];
        var engine = cluster.ClientEngine();
        var writer = new LoadWriter(engine, Count, new(TimeSpan.FromMinutes(30), durability));
        await writer.CreateAsync();
        using var stop = new CancellationTokenSource();
        var load = writer.RunAsync(4, stop.Token);
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(writer.Ids.Select(id => cluster.Grain(id).AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask()));
            var calls = writer.Calls;
            await Until.TrueAsync(() => writer.Calls > calls + Count, "the load goes on");
        }

        await stop.CancelAsync();
        await load;
        var bytes = 0L;
        foreach (var id in writer.Ids)
        {
            bytes += (await engine.OpenAsync(id, StashOpenMode.Read, new(TimeSpan.FromMinutes(30), durability))).Entries.Sum(static entry => (long)entry.Size);
        }

        await Until.TrueAsync(() => unstored.Sum(static one => one.Now()) == 0, "all are stored");
        await Until.TrueAsync(() => stashes.Sum(static one => one.Now()) == Count, "former activations have ended");
        Assert.Equal(bytes, size.Sum(static one => one.Now()));
    }

    private static MetricCollector<T> Metric<T>(StashCluster cluster, string name, InProcessSiloHandle? silo = null)
        where T : struct => (silo ?? cluster.Silos[0]).SiloHost.Services.Metric<T>(name);
}
