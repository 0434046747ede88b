using LiveStash.Processes.Tests.Hosting;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Processes.Tests.Storage;

/// <summary>Rows of stashes in a real PostgreSQL: what is written, and who wins.</summary>
public sealed class PostgreSqlStoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private PostgresDatabase _database = default!;
    private StoreUser _silo = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        _database = await postgres.Server.CreateDatabaseAsync();
        _silo = new(_database.ConnectionString + ";Search Path=livestash");
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Write_WhateverAStashMayHold_IsReadAsItWas()
    {
        var id = StoreUser.NewId();

        // Sorted by UTF-16, in which a surrogate comes before U+FFFD; in UTF-8 it comes after. A text column refuses U+0000.
        var stash = StoreUser.Stash(3, ("", ""), ("\0", "nul"), ("a", new string('x', 200_000)), ("\U0001F600", "smile"), ("\uFFFD", "replacement"), ("Ä", "umlaut"));

        var etag = await _silo.WriteAsync(id, stash);

        var (read, readETag) = await _silo.Store.ReadAsync(id, default);
        Assert.Equal(etag, readETag);
        Assert.Equal(stash with { Image = read!.Image }, read);
        Assert.Equal(stash.Image with { Entries = read.Image.Entries, Size = stash.Image.Entries.Sum(static entry => entry.Size) }, read.Image);
        Assert.Equal(stash.Image.Entries.Select(static entry => entry.Name), read.Image.Entries.Select(static entry => entry.Name));
        Assert.All(stash.Image.Entries.Zip(read.Image.Entries), static pair => Assert.Equal(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));
    }

    [Fact]
    public async Task Write_EntriesAddedChangedAndRemoved_RowsAreThoseOfTheStash()
    {
        var id = StoreUser.NewId();
        var (one, two, three) = (StoreUser.Stash(1, ("a", "1"), ("b", "1"), ("c", "1")), StoreUser.Stash(2, ("b", "2"), ("c", "1"), ("d", "2")), StoreUser.Stash(3));

        var etag = await _silo.WriteAsync(id, one);
        etag = await _silo.WriteAsync(id, two, one, etag);
        Assert.Equal("2: b=2, c=1, d=2", await _silo.ReadAsync(id));

        await _silo.WriteAsync(id, three, two, etag);
        Assert.Equal("3: ", await _silo.ReadAsync(id));
        Assert.Equal(0, await _database.QueryAsync<long>("SELECT count(*) FROM livestash_entries"));
    }

    [Fact]
    public async Task Write_OneOfManyEntriesChanged_OtherRowsAreNotTouched()
    {
        var id = StoreUser.NewId();
        var one = StoreUser.Stash(1, ("a", "1"), ("b", "1"));
        var etag = await _silo.WriteAsync(id, one);
        const string Rows = "SELECT string_agg(ctid::text || xmin::text, ',' ORDER BY name) FROM livestash_entries";
        var before = await _database.QueryAsync<string>(Rows);

        // As a page that sends all of it anew, and as a touch.
        etag = await _silo.WriteAsync(id, StoreUser.Stash(2, ("a", "1"), ("b", "1")), one, etag);
        Assert.Equal(before, await _database.QueryAsync<string>(Rows));

        await _silo.WriteAsync(id, StoreUser.Stash(3, ("a", "1"), ("b", "2")), one, etag);
        Assert.Equal(before.Split(',')[0], (await _database.QueryAsync<string>(Rows)).Split(',')[0]);
        Assert.Equal("3: a=1, b=2", await _silo.ReadAsync(id));
    }

    [Fact]
    public async Task Write_OverARowOfUnknownContent_LeavesNothingOfIt()
    {
        var id = StoreUser.NewId();
        var etag = await _silo.WriteAsync(id, StoreUser.Stash(1, ("a", "1"), ("b", "1")));

        await _silo.WriteAsync(id, StoreUser.Stash(2, ("b", "2")), known: null, etag);

        Assert.Equal("2: b=2", await _silo.ReadAsync(id));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.WriteAsync(id, StoreUser.Stash(3), known: null, etag));
        Assert.Equal("2: b=2", await _silo.ReadAsync(id));
    }

    [Fact]
    public async Task Write_ByTwoWhoSawTheSame_OnlyOneWinsAndNothingOfTheOtherIsThere()
    {
        await using var other = new StoreUser(_database.ConnectionString + ";Search Path=livestash");
        for (var round = 0; round < 50; round++)
        {
            var id = StoreUser.NewId();
            var firsts = await RaceAsync(id, null, null);
            var winner = firsts.Single(static result => result.ETag is not null);
            Assert.Equal(winner.Text, await _silo.ReadAsync(id));

            var seconds = await RaceAsync(id, winner.Stash, winner.ETag);
            winner = seconds.Single(static result => result.ETag is not null);
            Assert.Equal(winner.Text, await other.ReadAsync(id));
        }

        async Task<(LiveStash.Orleans.Server.Storage.StoredStash Stash, string Text, string? ETag)[]> RaceAsync(GrainId id, LiveStash.Orleans.Server.Storage.StoredStash? known, string? etag) =>
            await Task.WhenAll(new[] { _silo, other, _silo, other }.Select(async (silo, i) =>
            {
                var stash = StoreUser.Stash(i + 1, ($"only {i}", "1"), ("both", $"{i}"));
                var text = $"{i + 1}: both={i}, only {i}=1";
                try
                {
                    return (stash, text, await silo.WriteAsync(id, stash, known, etag));
                }
                catch (InconsistentStateException)
                {
                    return (stash, text, null);
                }
            }));
    }

    [Fact]
    public async Task Write_SomeOfManyConflict_AllOthersAreWritten()
    {
        var ids = Enumerable.Range(0, 300).Select(static _ => StoreUser.NewId()).ToArray();
        var one = StoreUser.Stash(1, ("a", "1"));
        var etags = await Task.WhenAll(ids.Select(id => _silo.WriteAsync(id, one)));

        var results = await Task.WhenAll(ids.Select(async (id, i) =>
        {
            try
            {
                return await _silo.WriteAsync(id, StoreUser.Stash(2, ("a", "2")), one, i % 3 == 0 ? "12345" : etags[i]);
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        }));

        for (var i = 0; i < ids.Length; i++)
        {
            Assert.Equal(i % 3 == 0, results[i] is null);
            Assert.Equal(i % 3 == 0 ? "1: a=1" : "2: a=2", await _silo.ReadAsync(ids[i]));
        }
    }

    [Fact]
    public async Task Write_ByTwoSilosOfTheSameManyInAnyOrder_EachHasOneWinnerAndNothingFails()
    {
        await using var other = new StoreUser(_database.ConnectionString + ";Search Path=livestash");
        var ids = Enumerable.Range(0, 200).Select(static _ => StoreUser.NewId()).ToArray();
        var one = StoreUser.Stash(1, ("a", "1"));
        var etags = await Task.WhenAll(ids.Select(id => _silo.WriteAsync(id, one)));
        for (var round = 0; round < 20; round++)
        {
            var results = await Task.WhenAll(new[] { _silo, other }.Select(silo => Task.Run(async () =>
            {
                var order = Enumerable.Range(0, ids.Length).ToArray();
                Random.Shared.Shuffle(order);
                var written = new string?[ids.Length];
                await Task.WhenAll(order.Select(async i =>
                {
                    try
                    {
                        written[i] = await silo.WriteAsync(ids[i], one, one, etags[i]);
                    }
                    catch (InconsistentStateException)
                    {
                        // The other was first.
                    }
                }));
                return written;
            })));
            etags = [.. results[0].Zip(results[1], static (mine, theirs) => mine is null != theirs is null ? mine ?? theirs : throw new InvalidOperationException($"{mine} and {theirs}"))];
        }
    }

    [Fact]
    public async Task Write_ARowOfItsGroupIsLockedBySomeoneElse_AllOthersAreWritten()
    {
        var ids = Enumerable.Range(0, 50).Select(static _ => StoreUser.NewId()).ToArray();
        var one = StoreUser.Stash(1, ("a", "1"));
        var etags = await Task.WhenAll(ids.Select(id => _silo.WriteAsync(id, one)));
        var (held, etag) = (ids[20], etags[20]!);
        await using var connection = new NpgsqlConnection(_database.ConnectionString + ";Search Path=livestash");
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("SELECT 1 FROM livestash_stashes WHERE etag = $1 FOR UPDATE", connection) { Parameters = { new() { Value = long.Parse(etag) } } })
        {
            Assert.Equal(1, await command.ExecuteScalarAsync());
        }

        var writes = ids.Select((id, i) => _silo.WriteAsync(id, StoreUser.Stash(2, ("a", "2")), one, etags[i])).ToArray();

        await Task.WhenAll(writes.Where((_, i) => i != 20));
        await Assert.ThrowsAsync<PostgresException>(() => writes[20]);
        await transaction.RollbackAsync();
        await _silo.WriteAsync(held, StoreUser.Stash(2, ("a", "2")), one, etag);
        Assert.All(await Task.WhenAll(ids.Select(_silo.ReadAsync)), static text => Assert.Equal("2: a=2", text));
    }

    [Fact]
    public async Task Clear_KnownRow_LeavesNothingAndWhoKnewItCannotWriteOverItsSuccessor()
    {
        var id = StoreUser.NewId();
        var one = StoreUser.Stash(1, ("a", "1"));
        var first = await _silo.WriteAsync(id, one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.Store.ClearAsync(id, one.Image, "12345", default));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.Store.ClearAsync(id, null, null, default));

        Assert.Null(await _silo.Store.ClearAsync(id, one.Image, first, default));

        Assert.Equal("none", await _silo.ReadAsync(id));
        Assert.Equal(0, await _database.QueryAsync<long>("SELECT count(*) FROM livestash_entries"));
        Assert.Null(await _silo.Store.ClearAsync(id, null, null, default));
        await _silo.WriteAsync(id, one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.WriteAsync(id, StoreUser.Stash(2), one, first));
    }

    [Fact]
    public async Task State_OfSomethingElse_IsKeptByETag()
    {
        var id = StoreUser.NewId();
        var (mine, theirs) = (new GrainState<List<string>>(), new GrainState<List<string>>());
        await Task.WhenAll(_silo.Store.ReadStateAsync("ledger", id, mine), _silo.Store.ReadStateAsync("ledger", id, theirs));
        Assert.Equal((false, null), (mine.RecordExists, mine.ETag));

        (mine.State, theirs.State) = (["a"], ["b"]);
        await _silo.Store.WriteStateAsync("ledger", id, mine);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.Store.WriteStateAsync("ledger", id, theirs));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.Store.ClearStateAsync("ledger", id, theirs));
        mine.State = ["a", "c"];
        await _silo.Store.WriteStateAsync("ledger", id, mine);
        await _silo.Store.ReadStateAsync("ledger", id, theirs);
        Assert.Equal(["a", "c"], theirs.State);

        await _silo.Store.ClearStateAsync("ledger", id, theirs);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _silo.Store.WriteStateAsync("ledger", id, mine));
        await _silo.Store.ReadStateAsync("ledger", id, mine);
        Assert.False(mine.RecordExists);
    }

    [Fact]
    public async Task Rows_OfAnotherService_AreNotSeen()
    {
        var id = StoreUser.NewId();
        await _silo.WriteAsync(id, StoreUser.Stash(1, ("a", "1")));
        await using var other = new StoreUser(_database.ConnectionString + ";Search Path=livestash", serviceId: "other");

        Assert.Equal("none", await other.ReadAsync(id));
    }

    [Fact]
    public async Task Write_WithADeadlineAndThenWithout_IsReadAsItWas()
    {
        var id = StoreUser.NewId();
        var one = StoreUser.Stash(1, ("a", "1"));
        var deadline = one.Image.ExpiresAt + TimeSpan.FromTicks(1);
        var etag = await _silo.WriteAsync(id, one with { Image = one.Image with { Deadline = deadline } });
        Assert.Equal(deadline, (await _silo.Store.ReadAsync(id, default)).Stash!.Image.Deadline);

        await _silo.WriteAsync(id, one, one, etag);
        Assert.Null((await _silo.Store.ReadAsync(id, default)).Stash!.Image.Deadline);
    }

    [Fact]
    public async Task Schema_TablesOfAVersionBeforeDeadlines_GetTheColumnAndKeepTheirRows()
    {
        var id = StoreUser.NewId();
        await _silo.WriteAsync(id, StoreUser.Stash(1, ("a", "1")));
        await _database.QueryAsync<string>("ALTER TABLE livestash_stashes DROP COLUMN deadline; SELECT ''");
        var connection = _database.ConnectionString + ";Search Path=livestash";

        await LiveStashPostgreSqlSchema.ApplyAsync(connection);
        await LiveStashPostgreSqlSchema.ApplyAsync(connection);

        await using var silo = new StoreUser(connection);
        Assert.Equal("1: a=1", await silo.ReadAsync(id));
        Assert.Null((await silo.Store.ReadAsync(id, default)).Stash!.Image.Deadline);
    }

    [Fact]
    public async Task Schema_ByManyAtOnceWhereThereIsNone_IsMadeOnce()
    {
        await using var empty = await postgres.Server.CreateDatabaseAsync(withSchema: false);
        var connection = empty.ConnectionString + ";Search Path=\"Stashes\"";

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LiveStashPostgreSqlSchema.ApplyAsync(connection)));

        await using var silo = new StoreUser(connection);
        var id = StoreUser.NewId();
        await silo.WriteAsync(id, StoreUser.Stash(1, ("a", "1")));
        Assert.Equal("1: a=1", await silo.ReadAsync(id));
    }
}
