using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using SiloHost.Configuration;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Stored stashes that nobody comes back for.</summary>
public abstract class ExpiryTests
{
    private const int Stashes = 20;

    /// <summary>Orleans' floor for the period of a reminder, which is what the next tick takes where one was missed, and some more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2.5);

    private protected static async Task WriteAsync(ProcessCluster cluster, TimeSpan timeToLive)
    {
        await cluster.CreateStashesAsync(Stashes, timeToLive);
        await Until.TrueAsync(async () => await cluster.RowsAsync() == (Stashes, Stashes), "each stash has a row and a reminder");
    }

    private protected static Task AllIsGoneAsync(ProcessCluster cluster) => Until.TrueAsync(async () => await cluster.RowsAsync() == (0, 0), "the rows are gone", Patience);
}

/// <summary>In PostgreSQL.</summary>
public sealed class PostgresExpiryTests(PostgresFixture postgres, ITestOutputHelper output) : ExpiryTests, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task TimeToLive_PassedWithNobodyThere_RowsOfStashAndReminderAreGone()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var cluster = new ProcessCluster(database, output);
        await ProcessCluster.StartAsync(cluster.AddSilo(StashDurability.WriteThrough));
        await WriteAsync(cluster, TimeSpan.FromSeconds(2));

        await AllIsGoneAsync(cluster);
    }
}

/// <summary>In PostgreSQL, by LiveStash's own store.</summary>
public sealed class PostgreSqlStoreExpiryTests(PostgresFixture postgres, ITestOutputHelper output) : ExpiryTests, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task TimeToLive_PassedWithNobodyThere_AllRowsAreGone()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(storage: ProviderSection.PostgreSql);
        await using var cluster = new ProcessCluster(database, output);
        await ProcessCluster.StartAsync(cluster.AddSilo(StashDurability.WriteThrough));
        await WriteAsync(cluster, TimeSpan.FromSeconds(2));

        await AllIsGoneAsync(cluster);
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
