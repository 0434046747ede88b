using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Stashes of versions that gave each of them a reminder of its own.</summary>
public sealed class FormerReminderTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly StashTerms Terms = new(Ttl, StashDurability.WriteThrough);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Fact]
    public async Task Tick_BeforeTheEnd_MovesTheStashIntoALedgerWhichDeletesIt()
    {
        await using var cluster = await StartAsync();
        var owner = await FormerAsync(cluster);

        await TickAsync(cluster, owner);

        await Until.TrueAsync(() => cluster.Left == (1, 2, 1) && cluster.Reminders.Entries.Single().ReminderName == "sweep", "the former reminder was removed");
        Assert.Equal("former", await owner.ReadAsync());
        _time.Advance(Ttl);
        await cluster.TickAsync(owner.Id);
        Assert.Equal((0, 0, 0), cluster.Left);
    }

    [Fact]
    public async Task Tick_AfterTheEnd_DeletesRowAndReminder()
    {
        await using var cluster = await StartAsync();
        var owner = await FormerAsync(cluster);
        _time.Advance(Ttl);

        await TickAsync(cluster, owner);

        await Until.TrueAsync(() => cluster.Left == (0, 0, 0), "the former reminder was removed");
    }

    [Fact]
    public async Task Tick_ReminderTableHangs_APageIsNotHeldUp()
    {
        await using var cluster = await StartAsync();
        var owner = await FormerAsync(cluster);
        Assert.True((await owner.WriteAsync("1")).IsOk);
        var gate = cluster.Reminders.Gate = new();

        await TickAsync(cluster, owner);
        Assert.True((await owner.WriteAsync("2")).IsOk);

        Assert.Equal(2, cluster.Reminders.Rows);
        cluster.Reminders.Gate = null;
        gate.SetResult();
        await Until.TrueAsync(() => cluster.Reminders.Rows == 1, "the former reminder was removed");
    }

    [Fact]
    public async Task Write_IsListedByIt()
    {
        await using var cluster = await StartAsync();
        var owner = await FormerAsync(cluster);

        Assert.True((await owner.WriteAsync("1")).IsOk);

        Assert.True(cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id))!.IsListed);
        Assert.Equal((1, 2, 2), cluster.Left);
    }

    private static Task TickAsync(StashCluster cluster, Owner owner) => StashCluster.TickAsync(cluster.Grain(owner.Id), StashGrain.FormerReminderName);

    /// <summary>A row and a reminder as they were written.</summary>
    private async Task<Owner> FormerAsync(StashCluster cluster)
    {
        var owner = new Owner(cluster.ClientEngine(), Terms) { Version = 7 };
        var id = StashCluster.GrainIdOf(owner.Id);
        await cluster.Storage.WriteStateAsync("stash", id, new GrainState<StashState>(new()
        {
            Epoch = 1,
            Version = 7,
            TimeToLive = Ttl.Ticks,
            ExpiresAt = (_time.GetUtcNow() + Ttl).UtcTicks,
            Names = ["value"],
            Values = ["former"u8.ToArray()],
            Durability = (int)StashDurability.WriteThrough,
            HasReminder = true,
        }));
        await cluster.Reminders.UpsertRow(new()
        {
            GrainId = id,
            ReminderName = "expiry",
            StartAt = DateTime.UtcNow + Ttl,
            Period = Ttl,
        });
        return owner;
    }

    private Task<StashCluster> StartAsync() => StashCluster.StartAsync(configure: options => options.StorageTimeout = TimeSpan.FromSeconds(10), time: _time);
}
