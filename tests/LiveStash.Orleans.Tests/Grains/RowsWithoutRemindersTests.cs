using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>A row that nobody is reminded of would stay for ever. Whatever fails in between, there is none.</summary>
public sealed class RowsWithoutRemindersTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly StashTerms Terms = new(Ttl, StashDurability.WriteThrough);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Fact]
    public async Task ReminderTable_DownUntilTheEnd_LeavesNoRow()
    {
        await using var cluster = await StartAsync();
        cluster.Reminders.Failure = new IOException("no table");
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        _time.Advance(Ttl);
        cluster.Reminders.Failure = null;

        await NoRowWithoutReminderAsync(cluster);
    }

    [Fact]
    public async Task SiloKilled_BetweenRowAndReminder_LeavesNoRowAfterARead()
    {
        await using var cluster = await StartAsync(silos: 2);
        var gate = cluster.Reminders.Gate = new();
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[1]), Terms);
        await owner.ReplaceAsync("1");
        await cluster.Cluster.KillSiloAsync(cluster.Silos[1]);
        cluster.Reminders.Gate = null;
        var survivor = StashCluster.CohostedEngine(cluster.Silos[0]);
        await Until.TrueAsync(async () => await owner.ReadAsync(survivor) != "Unavailable", "the survivor read it");

        await NoRowWithoutReminderAsync(cluster);
        gate.TrySetCanceled();
    }

    [Fact]
    public async Task SiloStops_WhileTheReminderIsRegistered_LeavesNoRow()
    {
        await using var cluster = await StartAsync(silos: 2);
        var gate = cluster.Reminders.Gate = new();
        var owner = new Owner(StashCluster.CohostedEngine(cluster.Silos[1]), Terms);
        await owner.ReplaceAsync("1");
        await Until.TrueAsync(() => cluster.Reminders.Upserts > 0, "a registration was under way");
        var stopping = cluster.Cluster.StopSiloAsync(cluster.Silos[1]);
        gate.TrySetException(new IOException("connection lost"));
        cluster.Reminders.Gate = null;
        await stopping;

        await NoRowWithoutReminderAsync(cluster);
    }

    [Fact]
    public async Task ReplaceClearReplace_WhileTheReminderIsRegisteredSlowly_LeavesNoRow()
    {
        await using var cluster = await StartAsync();
        var gate = cluster.Reminders.Gate = new();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        await owner.ClearAsync();
        await owner.ReplaceAsync("2");
        cluster.Reminders.Gate = null;
        gate.SetResult();

        await NoRowWithoutReminderAsync(cluster);
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("3")).IsOk, "it is there");
        await NoRowWithoutReminderAsync(cluster);
        await cluster.TickAsync(owner.Id);
        Assert.Equal("3", await owner.ReadAsync());
    }

    private static async Task NoRowWithoutReminderAsync(StashCluster cluster)
    {
        // What goes on in the background may remove one that is there now.
        for (var i = 0; i < 100; i++)
        {
            await Task.Delay(10);
            await Until.TrueAsync(
                () => cluster.Storage.Rows == 0 || cluster.Reminders.Rows > 0,
                $"there was a reminder for {cluster.Storage.Rows} row(s)",
                TimeSpan.FromSeconds(10));
        }
    }

    private Task<StashCluster> StartAsync(int silos = 1) => StashCluster.StartAsync(silos, options => options.StorageTimeout = TimeSpan.FromMilliseconds(500), _time);
}
