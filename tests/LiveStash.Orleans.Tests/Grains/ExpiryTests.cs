using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>What frees storage, reminders and memory after the end of a stash; that the end itself is exact is the conformance suite's.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly StashTerms Terms = new(Ttl);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Theory]
    [InlineData(StashDurability.WriteThrough)]
    [InlineData(StashDurability.WriteBehind)]
    public async Task ThousandWrites_ToOneDurableStash_RegisterOneReminder(StashDurability durability)
    {
        await using var cluster = await StartAsync(durability);
        var owner = new Owner(cluster.ClientEngine(), Terms);
        Assert.True((await owner.ReplaceAsync("0")).IsOk);
        for (var i = 1; i < 1000; i++)
        {
            Assert.True((await owner.WriteAsync($"{i}")).IsOk);
        }

        await Until.TrueAsync(() => Row(cluster, owner) is { HasReminder: true } row && row.Version == owner.Version, "the last write was in storage");
        Assert.Equal(1, cluster.Reminders.Upserts);

        // Nor does the next activation register another.
        await DeactivateAsync(cluster, owner);
        Assert.True((await owner.WriteAsync("on")).IsOk);
        await Until.TrueAsync(() => Row(cluster, owner)!.Version == owner.Version, "the write was in storage");
        Assert.Equal(1, cluster.Reminders.Upserts);
    }

    [Fact]
    public async Task Reminders_OfStashesThatEndAtOneMoment_AreDueSpreadOverHalfAMinuteAfterIt()
    {
        const int Count = 200;
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var engine = cluster.ClientEngine();
        for (var i = 0; i < Count; i++)
        {
            Assert.True((await new Owner(engine, Terms).ReplaceAsync("0")).IsOk);
        }

        await Until.TrueAsync(() => cluster.Reminders.Rows == Count, "all reminders were registered");

        // Those of 200 random ids fall on 30 s so evenly that none of these bounds is met by chance.
        var due = cluster.Reminders.Entries.Select(entry => entry.StartAt - DateTime.UtcNow - Ttl).Order().ToArray();
        Assert.InRange(due[^1] - due[0], TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
        Assert.InRange(due[^1], TimeSpan.FromSeconds(-10), TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task Tick_BeforeTheEnd_MovesTheReminderAndLeavesTheStash()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        _time.Advance(Ttl - TimeSpan.FromMinutes(1));
        Assert.True((await owner.TouchAsync()).IsOk);
        _time.Advance(TimeSpan.FromMinutes(10));

        await cluster.TickAsync(owner.Id);

        Assert.Equal(2, cluster.Reminders.Upserts);
        var due = Assert.Single(cluster.Reminders.Entries).StartAt - DateTime.UtcNow;
        Assert.InRange(due, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(21));
        Assert.Equal("1", await owner.ReadAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tick_AfterTheEnd_DeletesRowReminderAndActivation(bool isActive)
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        if (!isActive)
        {
            await DeactivateAsync(cluster, owner);
        }

        _time.Advance(Ttl);
        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0), (cluster.Storage.Rows, cluster.Reminders.Rows));
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        Assert.Equal("NotFound", await owner.ReadAsync());
    }

    [Fact]
    public async Task Tick_StorageFails_TheNextTickDeletes()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        _time.Advance(Ttl);
        cluster.Storage.WriteFailure = new IOException("disk full");
        await cluster.TickAsync(owner.Id);
        Assert.Equal((1, 1), (cluster.Storage.Rows, cluster.Reminders.Rows));
        cluster.Storage.ReadFailure = new IOException("no connection");
        await cluster.TickAsync(owner.Id);
        Assert.Equal((1, 1), (cluster.Storage.Rows, cluster.Reminders.Rows));

        (cluster.Storage.ReadFailure, cluster.Storage.WriteFailure) = (null, null);
        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0), (cluster.Storage.Rows, cluster.Reminders.Rows));
    }

    [Fact]
    public async Task Tick_RowIsGone_RemovesTheReminder()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        await DeactivateAsync(cluster, owner);
        cluster.Storage.Remove(StashCluster.GrainIdOf(owner.Id));

        await cluster.TickAsync(owner.Id);

        Assert.Equal(0, cluster.Reminders.Rows);
    }

    [Fact]
    public async Task Tick_StashWasMadeAnewInMemory_DeletesOnlyTheOldRow()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        await DeactivateAsync(cluster, owner);
        var anew = new Owner(cluster.ClientEngine(), Terms with { TimeToLive = Ttl * 2, Durability = StashDurability.Memory }, owner.Id);
        Assert.True((await anew.ReplaceAsync("in memory")).IsOk);
        _time.Advance(Ttl);

        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0), (cluster.Storage.Rows, cluster.Reminders.Rows));
        Assert.Equal("in memory", await anew.ReadAsync());
    }

    [Fact]
    public async Task Access_AfterTheEnd_DeletesTheRowAtOnce()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        _time.Advance(Ttl);

        Assert.Equal("NotFound", await owner.ReadAsync());

        Assert.Equal(0, cluster.Storage.Rows);
        await Until.TrueAsync(() => cluster.Reminders.Rows == 0, "the reminder was removed");
    }

    [Fact]
    public async Task Access_AfterTheEndAndStorageFails_NotFoundAllTheSame()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await RegisteredAsync(cluster);
        _time.Advance(Ttl);
        cluster.Storage.WriteFailure = new IOException("disk full");

        Assert.Equal("NotFound", await owner.ReadAsync());

        // The reminder is still there for the row.
        Assert.Equal((1, 1), (cluster.Storage.Rows, cluster.Reminders.Rows));
    }

    [Fact]
    public async Task Write_ReminderCannotBeRegistered_IsStoredAndRegisteredLater()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        cluster.Reminders.Failure = new IOException("no table");
        var owner = new Owner(cluster.ClientEngine(), Terms);

        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        Assert.NotNull(Row(cluster, owner));
        await Until.TrueAsync(() => cluster.Reminders.Upserts == 1, "the registration was tried");
        Assert.True((await owner.WriteAsync("2")).IsOk);
        Assert.Equal(1, cluster.Reminders.Upserts);

        cluster.Reminders.Failure = null;
        await Until.TrueAsync(() => cluster.Reminders.Rows == 1, "the reminder was registered without another write", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Write_ReminderTableHangs_IsAcknowledgedMeanwhile()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var gate = cluster.Reminders.Gate = new();
        var owner = new Owner(cluster.ClientEngine(), Terms);

        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        Assert.True((await owner.WriteAsync("2")).IsOk);

        Assert.Equal(0, cluster.Reminders.Rows);
        cluster.Reminders.Gate = null;
        gate.SetResult();
        await Until.TrueAsync(() => cluster.Reminders.Rows == 1, "the reminder was registered");
    }

    [Fact]
    public async Task MemoryStash_WithStorageRegistered_TouchesNeitherStorageNorReminders()
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms);
        Assert.Equal("NotFound", await owner.ReadAsync());
        await owner.ReplaceAsync("1");
        var second = await owner.OwnAsync();
        await second.WriteAsync("2");
        await second.TouchAsync();
        Assert.True((await second.ClearAsync()).IsOk);
        await owner.ReplaceAsync("3");
        _time.Advance(Ttl);
        Assert.Equal("NotFound", await owner.ReadAsync());

        Assert.Equal((0, 0), (cluster.Storage.Calls, cluster.Reminders.Upserts));
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
        var owner = await RegisteredAsync(cluster);

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

    /// <summary>A stash whose row says that it has a reminder.</summary>
    private static async Task<Owner> RegisteredAsync(StashCluster cluster)
    {
        var owner = new Owner(cluster.ClientEngine(), Terms);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        await Until.TrueAsync(() => cluster.Reminders.Rows == 1, "the reminder was registered");
        await Until.TrueAsync(
            async () =>
            {
                Assert.True((await owner.WriteAsync("1")).IsOk);
                return Row(cluster, owner) is { HasReminder: true };
            },
            "the row said so");
        return owner;
    }

    private static async Task DeactivateAsync(StashCluster cluster, Owner owner)
    {
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
    }

    private Task<StashCluster> StartAsync(StashDurability durability) => StashCluster.StartAsync(
        configure: options =>
        {
            options.DefaultDurability = durability;
            options.FlushInterval = TimeSpan.FromMilliseconds(200);
            options.StorageTimeout = TimeSpan.FromSeconds(10);
        },
        time: _time);
}
