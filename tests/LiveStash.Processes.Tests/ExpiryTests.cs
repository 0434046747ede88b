using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using SiloHost.Configuration;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Stored stashes that nobody comes back for.</summary>
public abstract class ExpiryTests
{
    private const int Stashes = 20;

    /// <summary>
    /// A ledger asks a minute after it listed a stash, at its next tick, which is a minute away at most; a stash that could not tell, as
    /// its silo was just killed, is asked again five minutes later. And some more.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private protected static async Task WriteAsync(ProcessCluster cluster, TimeSpan timeToLive, int count = Stashes)
    {
        await cluster.CreateStashesAsync(count, timeToLive);
        var (stashes, ledgers, reminders) = await cluster.RowsAsync();
        Assert.Equal(count, stashes);
        Assert.InRange(reminders, 1, Math.Min(count, 64));
        Assert.InRange(ledgers, 2 * reminders, 3 * reminders);
    }

    private protected static async Task KillInTheMiddleAsync(ProcessCluster cluster)
    {
        const int Many = 1000;
        var silo = cluster.AddSilo(StashDurability.WriteThrough);
        await ProcessCluster.StartAsync(silo);
        await WriteAsync(cluster, TimeSpan.FromSeconds(30), Many);
        await Until.TrueAsync(async () => (await cluster.RowsAsync()).Stashes < Many / 2, "the first half is gone", Patience);

        await silo.KillAsync();
        Assert.InRange((await cluster.RowsAsync()).Stashes, 1, Many / 2);
        await ProcessCluster.StartAsync(silo);

        await AllIsGoneAsync(cluster);
    }

    private protected static Task AllIsGoneAsync(ProcessCluster cluster) =>
        Until.TrueAsync(async () => await cluster.RowsAsync() == (0, 0, 0), "no row of a stash, a ledger or a reminder is left", Patience);
}

/// <summary>In PostgreSQL.</summary>
public sealed class PostgresExpiryTests(PostgresFixture postgres, ITestOutputHelper output) : ExpiryTests, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task SiloKilled_InTheMiddleOfASweep_TheNextOneFinishesIt()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var cluster = new ProcessCluster(database, output);

        await KillInTheMiddleAsync(cluster);
    }
}

/// <summary>In PostgreSQL, by LiveStash's own store.</summary>
public sealed class PostgreSqlStoreExpiryTests(PostgresFixture postgres, ITestOutputHelper output) : ExpiryTests, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task SiloKilled_InTheMiddleOfASweep_TheNextOneFinishesIt()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(storage: ProviderSection.PostgreSql);
        await using var cluster = new ProcessCluster(database, output);

        await KillInTheMiddleAsync(cluster);
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM livestash_entries"));
    }
}

/// <summary>In Redis.</summary>
public sealed class RedisExpiryTests(RedisFixture redis, ITestOutputHelper output) : ExpiryTests, IClassFixture<RedisFixture>
{
    [Fact]
    public async Task TimeToLive_PassedWhileAllSilosWereDown_KeysOfStashAndReminderAreGoneAfterTheStart()
    {
        await using var cluster = new ProcessCluster(redis.Server.CreateStore(), output);
        var silo = cluster.AddSilo(StashDurability.WriteThrough);
        await ProcessCluster.StartAsync(silo);
        await WriteAsync(cluster, TimeSpan.FromSeconds(2));
        await silo.KillAsync();

        await ProcessCluster.StartAsync(silo);

        await AllIsGoneAsync(cluster);
    }
}
