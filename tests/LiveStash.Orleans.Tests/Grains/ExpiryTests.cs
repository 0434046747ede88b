using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>What frees storage and memory after the end of a stash; that the end itself is exact is the conformance suite's.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly StashTerms Terms = new(Ttl);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Theory]
    [InlineData(StashDurability.WriteThrough)]
    [InlineData(StashDurability.WriteBehind)]
    public async Task ThousandWrites_ToOneDurableStash_AreListedOnceUnderOneReminder(StashDurability durability)
    {
        await using var cluster = await StartAsync(durability);
        var owner = new Owner(cluster.ClientEngine(), Terms);
        Assert.True((await owner.ReplaceAsync("0")).IsOk);
        for (var i = 1; i < 1000; i++)
        {
            Assert.True((await owner.WriteAsync($"{i}")).IsOk);
        }

        await Until.TrueAsync(() => Row(cluster, owner) is { IsListed: true } row && row.Version == owner.Version, "the last write was in storage");
        var (writes, upserts) = (cluster.Storage.Ledgers.Writes, cluster.Reminders.Upserts);
        Assert.Equal((2, 1), (writes, upserts));

        // Nor does the next activation list it again.
        await DeactivateAsync(cluster, owner);
        Assert.True((await owner.WriteAsync("on")).IsOk);
        await Until.TrueAsync(() => Row(cluster, owner)!.Version == owner.Version, "the write was in storage");
        Assert.Equal((writes, upserts), (cluster.Storage.Ledgers.Writes, cluster.Reminders.Upserts));
    }

    [Fact]
    public async Task Tick_BeforeTheEnd_LeavesTheStashAndAsksItAgainAtItsNewEnd()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        _time.Advance(Ttl - TimeSpan.FromMinutes(1));
        Assert.True((await owner.TouchAsync()).IsOk);
        _time.Advance(TimeSpan.FromMinutes(10));

        await cluster.TickAsync(owner.Id);

        Assert.Equal("1", await owner.ReadAsync());
        Assert.Equal((1, 2, 1), cluster.Left);
        var clears = cluster.Storage.Clears;
        _time.Advance(TimeSpan.FromMinutes(19));
        await cluster.TickAsync(owner.Id);
        Assert.Equal((1, clears), (cluster.Storage.Rows, cluster.Storage.Clears));
        _time.Advance(TimeSpan.FromMinutes(1));
        await cluster.TickAsync(owner.Id);
        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tick_AfterTheEnd_DeletesRowLedgerReminderAndActivation(bool isActive)
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        if (!isActive)
        {
            await DeactivateAsync(cluster, owner);
        }

        _time.Advance(Ttl);
        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0, 0), cluster.Left);
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        Assert.Equal("NotFound", await owner.ReadAsync());
    }

    [Fact]
    public async Task Tick_StashIsInactiveAndAlive_ItsActivationGoesAtOnce()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        _time.Advance(Ttl - TimeSpan.FromMinutes(1));
        Assert.True((await owner.TouchAsync()).IsOk);
        await DeactivateAsync(cluster, owner);
        var reads = cluster.Storage.Reads;
        _time.Advance(TimeSpan.FromMinutes(1));

        await cluster.TickAsync(owner.Id);

        Assert.Equal((reads + 1, 1), (cluster.Storage.Reads, cluster.Storage.Rows));
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
    }

    [Fact]
    public async Task Tick_StorageFails_ALaterTickDeletes()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        _time.Advance(Ttl);
        cluster.Storage.WriteFailure = new IOException("disk full");
        await cluster.TickAsync(owner.Id);
        Assert.Equal((1, 2, 1), cluster.Left);
        cluster.Storage.ReadFailure = new IOException("no connection");
        _time.Advance(TimeSpan.FromMinutes(5));
        await cluster.TickAsync(owner.Id);
        Assert.Equal((1, 2, 1), cluster.Left);

        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);
        _time.Advance(TimeSpan.FromMinutes(5));
        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Fact]
    public async Task Tick_RowIsGone_RemovesLedgerAndReminder()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        await DeactivateAsync(cluster, owner);
        cluster.Storage.Remove(StashCluster.GrainIdOf(owner.Id));
        _time.Advance(Ttl);

        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Fact]
    public async Task Tick_StashWasMadeAnewInMemory_DeletesOnlyTheOldRow()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        await DeactivateAsync(cluster, owner);
        var anew = new Owner(cluster.ClientEngine(), Terms with { TimeToLive = Ttl * 2, Durability = StashDurability.Memory }, owner.Id);
        Assert.True((await anew.ReplaceAsync("in memory")).IsOk);
        _time.Advance(Ttl);

        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0, 0), cluster.Left);
        Assert.Equal("in memory", await anew.ReadAsync());
    }

    [Fact]
    public async Task Access_AfterTheEnd_DeletesTheRowAtOnceAndTheNextTickTheRest()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        _time.Advance(Ttl);

        Assert.Equal("NotFound", await owner.ReadAsync());

        Assert.Equal(0, cluster.Storage.Rows);
        await cluster.TickAsync(owner.Id);
        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Fact]
    public async Task Access_AfterTheEndAndStorageFails_NotFoundAllTheSame()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        _time.Advance(Ttl);
        cluster.Storage.WriteFailure = new IOException("disk full");

        Assert.Equal("NotFound", await owner.ReadAsync());

        // Its ledger still lists the row.
        Assert.Equal((1, 2, 1), cluster.Left);
        cluster.Storage.WriteFailure = null;
        await cluster.TickAsync(owner.Id);
        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Fact]
    public async Task Handover_StorageIsDownAndTheStashExpiresThen_ItsRowGoesWithALaterTick()
    {
        await using var cluster = await StartAsync(StashDurability.WriteBehind, silos: 2);
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[1]), Terms);
        Assert.True((await owner.ReplaceAsync("old")).IsOk);
        await Until.TrueAsync(() => Row(cluster, owner)?.Version == owner.Version, "the old content was in storage");
        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (new IOException("down"), new IOException("down"));
        Assert.True((await owner.WriteAsync("new")).IsOk);
        await cluster.Cluster.StopSiloAsync(cluster.Silos[1]);
        _time.Advance(Ttl);
        await cluster.TickAsync(owner.Id);
        Assert.Equal(1, cluster.Storage.Rows);

        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);
        _time.Advance(TimeSpan.FromMinutes(5));
        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tick_TimeToLiveWasShortened_TheRowGoesAtTheNewEnd(bool isNewActivation)
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = new Owner(cluster.ClientEngine(), Terms with { TimeToLive = TimeSpan.FromDays(1) });
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        if (isNewActivation)
        {
            await DeactivateAsync(cluster, owner);
        }

        Assert.True((await owner.TouchAsync(Terms)).IsOk);
        _time.Advance(Ttl + TimeSpan.FromMinutes(15));
        await cluster.TickAsync(owner.Id);
        Assert.Equal(0, cluster.Storage.Rows);

        _time.Advance(TimeSpan.FromDays(1));
        await cluster.TickAsync(owner.Id);
        Assert.Equal((0, 0, 0), cluster.Left);
    }

    /// <param name="lifetimeMinutes">What makes it short, where that is not the time to live.</param>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Flush_TimeToLiveWasShortenedAndStorageFailed_TheNewEndIsStored(int? lifetimeMinutes)
    {
        await using var cluster = await StartAsync(StashDurability.WriteBehind);
        var owner = await ShortenedAsync(cluster, lifetimeMinutes);

        cluster.Storage.WriteFailure = null;

        await Until.TrueAsync(() => Row(cluster, owner)!.ExpiresAt == (_time.GetUtcNow() + TimeSpan.FromMinutes(1)).UtcTicks, "the new end is stored");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("NotFound", await owner.ReadAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Read_AfterTheShortenedEndThatWasNotStored_DoesNotComeBack(int? lifetimeMinutes)
    {
        await using var cluster = await StartAsync(StashDurability.WriteBehind);
        var owner = await ShortenedAsync(cluster, lifetimeMinutes);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("NotFound", await owner.ReadAsync());
        Assert.Equal("NotFound", await owner.ReadAsync());

        cluster.Storage.WriteFailure = null;
        Assert.Equal("NotFound", await owner.ReadAsync());
        await Until.TrueAsync(() => cluster.Storage.Rows == 0, "its row is gone");
    }

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(null)]
    public async Task MemoryStash_WithStorageRegistered_IsLookedForThereBeforeItIsThereAndWhenItIsRemovedAndNothingIsWritten(StashDurability? asked)
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms with { Durability = asked });
        Assert.Equal("NotFound", await owner.ReadAsync());
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        await owner.ReplaceAsync("1");
        var second = await owner.OwnAsync();
        await second.WriteAsync("2");
        await second.TouchAsync();
        Assert.True((await second.ClearAsync()).IsOk);
        await owner.ReplaceAsync("3");
        _time.Advance(Ttl);
        Assert.Equal("NotFound", await owner.ReadAsync());

        // Another page, or another default, may have had it stored.
        Assert.Equal((2, 2, 0), (cluster.Storage.Calls, cluster.Storage.Reads, cluster.Reminders.Upserts));
    }

    [Fact]
    public async Task MemoryStash_OlderThanTheCollectionAge_StaysUntilItExpiresAndIsCollectedThen()
    {
        // The system's clock, since Orleans collects by that.
        await using var cluster = await StashCluster.StartAsync(withStorage: false, configureSilo: silo => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(100);
            options.CollectionAge = TimeSpan.FromMilliseconds(200);
            options.ClassSpecificCollectionAge[StashGrain.Class.FullName!] = TimeSpan.FromMilliseconds(200);
        }));
        var engine = cluster.ClientEngine();
        var living = new Owner(engine, Terms);
        var dying = new Owner(engine, new(TimeSpan.FromSeconds(2)));
        await living.ReplaceAsync("1");
        await dying.ReplaceAsync("2");
        Assert.Equal(2, await StashCluster.ActivationsAsync(cluster.Silos[0]));

        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 1, "the expired stash was collected");

        Assert.Equal("1", await living.ReadAsync());
        Assert.Equal("NotFound", await dying.ReadAsync());
    }

    [Fact]
    public async Task DurableStash_Idle_IsCollectedLikeOtherGrainsAndReadBack()
    {
        await using var cluster = await StashCluster.StartAsync(
            configure: options => options.DefaultDurability = StashDurability.WriteThrough,
            configureSilo: silo => silo.Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionQuantum = TimeSpan.FromMilliseconds(100);
                options.CollectionAge = TimeSpan.FromMilliseconds(200);
                options.ClassSpecificCollectionAge[StashGrain.Class.FullName!] = TimeSpan.FromMilliseconds(200);
            }));
        var owner = await WrittenAsync(cluster);

        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the idle stash was collected");

        Assert.True((await owner.WriteAsync("3")).IsOk);
    }

    [Theory]
    [InlineData("00:00:01", "00:02:00")]
    [InlineData("00:05:00", "00:10:00")]
    public void CollectionAge_OfStashes_IsShortAndAboveTheQuantum(string quantum, string expected)
    {
        var options = new GrainCollectionOptions { CollectionQuantum = TimeSpan.Parse(quantum), CollectionAge = TimeSpan.FromDays(1) };

        new Server.Options.StashCollectionOptions().PostConfigure(null, options);

        Assert.Equal(TimeSpan.Parse(expected), options.ClassSpecificCollectionAge[StashGrain.Class.FullName!]);
    }

    private static StashState? Row(StashCluster cluster, Owner owner) => cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id));

    private static async Task<Owner> WrittenAsync(StashCluster cluster)
    {
        var owner = new Owner(cluster.ClientEngine(), Terms);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        Assert.Equal((1, 2, 1), cluster.Left);
        return owner;
    }

    /// <summary>A stash that lives for a minute more, while storage has it for a day.</summary>
    private async Task<Owner> ShortenedAsync(StashCluster cluster, int? lifetimeMinutes)
    {
        var owner = new Owner(cluster.ClientEngine(), Terms with { TimeToLive = TimeSpan.FromDays(1) });
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        await Until.TrueAsync(() => Row(cluster, owner) is not null, "it is stored");
        _time.Advance(TimeSpan.FromSeconds(1));
        cluster.Storage.WriteFailure = new IOException("disk full");
        var writes = cluster.Storage.Writes;
        var shorter = lifetimeMinutes is { } minutes ? new StashTerms(TimeSpan.FromDays(1)) { Lifetime = TimeSpan.FromMinutes(minutes) } : new(TimeSpan.FromMinutes(1));
        Assert.True((await owner.TouchAsync(shorter)).IsOk);
        await Until.TrueAsync(() => cluster.Storage.Writes > writes, "a flush failed");
        return owner;
    }

    private static async Task DeactivateAsync(StashCluster cluster, Owner owner)
    {
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
    }

    private Task<StashCluster> StartAsync(StashDurability durability, int silos = 1) => StashCluster.StartAsync(
        silos,
        options =>
        {
            options.DefaultDurability = durability;
            options.FlushInterval = TimeSpan.FromMilliseconds(200);
            options.StorageTimeout = TimeSpan.FromSeconds(10);
        },
        time: _time);
}
