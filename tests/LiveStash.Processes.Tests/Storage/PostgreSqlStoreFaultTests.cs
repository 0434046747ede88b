using System.Diagnostics;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Npgsql;
using SiloHost.Configuration;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests.Storage;

/// <summary>The store in PostgreSQL when the server, the way to it or the silo fails.</summary>
public sealed class PostgreSqlStoreFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Enough for a first operation where others use the cores.</summary>
    private static readonly TimeSpan StorageTimeout = TimeSpan.FromSeconds(4);

    private readonly PostgresServer _postgres = new();

    /// <inheritdoc />
    public Task InitializeAsync() => _postgres.InitializeAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Server_StoppedAndStarted_WhatWasWrittenIsThereAndWritesGoOn()
    {
        await using var database = await _postgres.CreateDatabaseAsync();
        await using var silo = new StoreUser(database.ConnectionString + ";Search Path=livestash", StorageTimeout);
        var ids = Enumerable.Range(0, 40).Select(static _ => StoreUser.NewId()).ToArray();
        var one = StoreUser.Stash(1, ("a", "1"));
        var etags = await Task.WhenAll(ids.Select(id => silo.WriteAsync(id, one)));

        await _postgres.StopAsync();
        var clock = Stopwatch.StartNew();
        var failures = await Task.WhenAll(ids.Select((id, i) => Record.ExceptionAsync(() => silo.WriteAsync(id, StoreUser.Stash(2, ("a", "2")), one, etags[i]))));
        Assert.All(failures, static failure => Assert.IsAssignableFrom<NpgsqlException>(failure));
        Assert.True(clock.Elapsed < 5 * StorageTimeout, $"{clock.Elapsed}");

        await _postgres.StartAsync();
        await Until.TrueAsync(async () => await Record.ExceptionAsync(() => silo.ReadAsync(ids[0])) is null, "the store has another connection");
        await Task.WhenAll(ids.Select((id, i) => silo.WriteAsync(id, StoreUser.Stash(2, ("a", "2")), one, etags[i])));
        Assert.All(await Task.WhenAll(ids.Select(silo.ReadAsync)), static text => Assert.Equal("2: a=2", text));
    }

    [Fact]
    public async Task Connection_Hangs_OperationsFailInTimeAndLaterOnesGoOn()
    {
        await using var database = await _postgres.CreateDatabaseAsync();
        await using var way = new TcpProxy(_postgres.Port);
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString + ";Search Path=livestash") { Port = way.Address.Port };
        await using var silo = new StoreUser(connection.ConnectionString, StorageTimeout);
        var ids = Enumerable.Range(0, 40).Select(static _ => StoreUser.NewId()).ToArray();
        var one = StoreUser.Stash(1, ("a", "1"));
        var etags = await Task.WhenAll(ids.Select(id => silo.WriteAsync(id, one)));

        way.RoundTrip = TimeSpan.FromDays(1);
        var clock = Stopwatch.StartNew();
        var failures = await Task.WhenAll(ids.Select((id, i) => Record.ExceptionAsync(() => silo.WriteAsync(id, StoreUser.Stash(2, ("a", "2")), one, etags[i]))));
        Assert.All(failures, static failure => Assert.NotNull(failure));
        output.WriteLine($"Given up after {clock.Elapsed}: {failures[0]!.Message}");
        Assert.True(clock.Elapsed < 10 * StorageTimeout, $"{clock.Elapsed}");

        way.RoundTrip = TimeSpan.Zero;

        // What was given up may be done all the same.
        foreach (var (id, etag) in ids.Zip(etags))
        {
            await Until.TrueAsync(
                async () => await Record.ExceptionAsync(() => silo.WriteAsync(id, StoreUser.Stash(3, ("a", "3")), one, etag)) is null
                    || await Record.ExceptionAsync(async () => Assert.Equal("3: a=3", await silo.ReadAsync(id))) is null,
                "the store has another connection");
        }

        Assert.All(await Task.WhenAll(ids.Select(silo.ReadAsync)), static text => Assert.Equal("3: a=3", text));
    }

    [Fact]
    public async Task Connections_AllForgottenOnTheWay_OneTimeOutIsEnough()
    {
        await using var database = await _postgres.CreateDatabaseAsync();
        await using var way = new TcpProxy(_postgres.Port);
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString + ";Search Path=livestash") { Port = way.Address.Port };
        await using var silo = new StoreUser(connection.ConnectionString, StorageTimeout);
        var id = StoreUser.NewId();
        await silo.WriteAsync(id, StoreUser.Stash(1, ("a", "1")));
        await OpenAllConnectionsAsync(database, silo);

        way.ForgetConnections();
        Assert.NotNull(await Record.ExceptionAsync(() => silo.ReadAsync(id)));

        for (var i = 0; i < 8; i++)
        {
            Assert.Equal("1: a=1", await silo.ReadAsync(id));
        }
    }

    /// <summary>While a table is locked, each operation that comes waits on a connection of its own.</summary>
    private static async Task OpenAllConnectionsAsync(PostgresDatabase database, StoreUser silo)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Search Path=livestash;Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("LOCK TABLE livestash_stashes", connection);
        await command.ExecuteNonQueryAsync();
        List<Task> waiting = [];
        await Until.TrueAsync(
            async () =>
            {
                waiting.AddRange([silo.ReadAsync(StoreUser.NewId()), silo.WriteAsync(StoreUser.NewId(), StoreUser.Stash(1))]);
                return await database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") >= 8;
            },
            "there are many connections");
        await transaction.RollbackAsync();
        await Task.WhenAll(waiting).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Write_CancelledWhileItWaitsForItsTurn_IsNotDone()
    {
        await using var database = await _postgres.CreateDatabaseAsync();
        await using var silo = new StoreUser(database.ConnectionString + ";Search Path=livestash");
        var (first, second) = (StoreUser.NewId(), StoreUser.NewId());
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Search Path=livestash");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE livestash_stashes", connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        // All workers wait for the lock, and what comes now waits for a worker.
        var held = Enumerable.Range(0, 8).Select(_ => silo.WriteAsync(StoreUser.NewId(), StoreUser.Stash(1))).ToArray();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var cancelled = silo.WriteAsync(second, StoreUser.Stash(1), cancellation: cancellation.Token);
        await transaction.RollbackAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Task.WhenAll(held).ContinueWith(static _ => { }, TaskScheduler.Default);
        await silo.WriteAsync(first, StoreUser.Stash(1, ("a", "1")));
        Assert.Equal("none", await silo.ReadAsync(second));
    }

    [Fact]
    public async Task Silo_KilledInTheMiddleOfGroupCommits_NothingAcknowledgedIsLost()
    {
        await using var database = await _postgres.CreateDatabaseAsync(storage: ProviderSection.PostgreSql);
        await using var cluster = new ProcessCluster(database, output);
        var silos = new[] { cluster.AddSilo(StashDurability.WriteThrough), cluster.AddSilo(StashDurability.WriteThrough) };
        await ProcessCluster.StartAsync(silos);
        var writer = await cluster.CreateStashesAsync(400);
        using var stop = new CancellationTokenSource();
        var load = writer.RunAsync(128, stop.Token);
        await Until.TrueAsync(() => writer.Calls > 4000, "the load is on");

        for (var round = 0; round < 2; round++)
        {
            await silos[round].KillAsync();
            await ProcessCluster.StartAsync(silos[round]);
            var calls = writer.Calls;
            await Until.TrueAsync(() => writer.Calls > calls + 2000, "the load goes on");
        }

        await stop.CancelAsync();
        await load;
        IReadOnlyList<StashId> lost = [];
        await Until.TrueAsync(async () => (lost = await writer.LostAsync()).Count == 0, $"all of them are there, but {lost.Count}", TimeSpan.FromSeconds(40));
        output.WriteLine($"{writer.Calls} calls, {writer.Failures.Count} of them refused, {writer.Mismatches} met their own effect, the longest took {writer.Worst}");
        Assert.Equal(400, (await cluster.RowsAsync()).Stashes);

        // No entry without its stash, no stash without its entries.
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM livestash_entries WHERE id NOT IN (SELECT id FROM livestash_stashes)"));
        Assert.Equal(800, await database.QueryAsync<long>("SELECT count(*) FROM livestash_entries"));
    }
}
