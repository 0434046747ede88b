using System.Globalization;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Npgsql;
using Orleans.Hosting;
using SiloHost.Schema;

namespace LiveStash.Processes.Tests;

/// <summary>The tables in PostgreSQL: made, used, and kept apart from those of others.</summary>
public sealed class SchemaTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string OthersStatement = "('WriteToStorageKey', 'SELECT 1')";

    private const string WriteStash = "INSERT INTO livestash_stashes VALUES (gen_random_uuid(), 1, 1, 1, 1, 1, 0)";

    [Fact]
    public async Task Start_DatabaseWithoutSchema_EndsAndSaysWhatToRun()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(withSchema: false);

        var run = await RunAsync(database.ConnectionString);

        run.Failed(1, "silo-host --apply-schema");
    }

    [Fact]
    public async Task Start_StoreOfItsOwnAndNoTables_EndsAndSaysWhatToRun()
    {
        const string Storage = "--Orleans:GrainStorage:LiveStash:ProviderType=PostgreSql";
        await using var database = await postgres.Server.CreateDatabaseAsync(withSchema: false);
        var connection = $"--ConnectionStrings:Orleans={database.ConnectionString}";

        var refused = await ProgramRun.SiloHostAsync(Storage, connection);

        refused.Failed(1, "silo-host --apply-schema");
        var applied = await ProgramRun.SiloHostAsync("--apply-schema", Storage, connection);
        Assert.True(applied.ExitCode == 0, applied.Output);
        Assert.Equal(3, await database.QueryAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'livestash'"));
    }

    [Fact]
    public async Task ApplySchema_ByThreeProcessesAtOnceAndAgain_Succeeds()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(withSchema: false);

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(database.ConnectionString, "--apply-schema")));
        var again = await RunAsync(database.ConnectionString, "--apply-schema");

        Assert.All([.. runs, again], run => Assert.True(run.ExitCode == 0, run.Output));
    }

    [Fact]
    public async Task ApplySchema_TablesOfAnotherServiceInPublic_AreLeftAlone()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(withSchema: false);
        await MakeOthersAsync(database, "public");

        var run = await RunAsync(database.ConnectionString, "--apply-schema");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal("SELECT 1", await database.QueryAsync<string>("SELECT querytext FROM public.orleansquery"));
        Assert.Equal("livestash", await database.QueryAsync<string>("SELECT string_agg(schemaname, ',') FROM pg_tables WHERE tablename = 'orleansstorage'"));
    }

    [Theory]
    [InlineData("--apply-schema")]
    [InlineData("--LiveStash:DefaultDurability=Memory")]
    public async Task Start_SearchPathLeadsToTablesOfAnotherService_IsRefusedAndNothingIsChanged(string argument)
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(withSchema: false);
        await MakeOthersAsync(database, "theirs");

        var run = await RunAsync(database.ConnectionString + ";Search Path=theirs", argument);

        run.Failed(2, "schema theirs", "another Orleans service", "Search Path");
        Assert.Equal("SELECT 1", await database.QueryAsync<string>("SELECT querytext FROM theirs.orleansquery"));
        Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"));
    }

    [Fact]
    public async Task ApplySchema_StatementsOfAnEarlierVersionOfOurs_AreBroughtUpToDate()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await database.ExecuteAsync("UPDATE orleansquery SET querytext = 'SELECT 1' WHERE querykey = 'WriteToStorageKey'");

        var run = await RunAsync(database.ConnectionString, "--apply-schema");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM orleansquery WHERE querytext = 'SELECT 1'"));
    }

    [Fact]
    public async Task ApplySchema_TablesAreThereAndABackupReadsThem_EndsAtOnceAndWritesGoOn()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var source = Impatient(database);
        await using var backup = await source.OpenConnectionAsync();
        await using var reading = await backup.BeginTransactionAsync();
        await ExecuteAsync(backup, "SELECT FROM livestash_stashes, livestash_entries, livestash_states");

        await LiveStashPostgreSqlSchema.ApplyAsync(source.ConnectionString);

        await using var silo = await source.OpenConnectionAsync();
        await ExecuteAsync(silo, WriteStash);
    }

    [Fact]
    public async Task ApplySchema_ColumnIsMissingAndABackupReadsTheTable_WritesGoOnAndItIsMadeAfterTheBackup()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await database.ExecuteAsync("ALTER TABLE livestash_stashes DROP COLUMN deadline");
        await using var source = Impatient(database);
        await using var backup = await source.OpenConnectionAsync();
        await using var reading = await backup.BeginTransactionAsync();
        await ExecuteAsync(backup, "SELECT FROM livestash_stashes");

        var applying = LiveStashPostgreSqlSchema.ApplyAsync(database.ConnectionString + ";Search Path=livestash");
        await Until.TrueAsync(async () => await database.QueryAsync<long>("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted") > 0, "it waits for the backup");
        await using var silo = await source.OpenConnectionAsync();
        await ExecuteAsync(silo, WriteStash);
        await reading.CommitAsync();

        await applying;
        Assert.True(await LiveStashPostgreSqlSchema.IsAppliedAsync(source.ConnectionString));
    }

    [Fact]
    public async Task ApplySchema_OrleansTablesAreThereAndATransactionHasWrittenThem_EndsAtOnceAndWritesGoOn()
    {
        const string Write = "INSERT INTO orleansstorage VALUES (1, {0}, 3, 4, 'stash', 'key', 'service', 'payload', now(), 5); INSERT INTO orleansreminderstable VALUES ('service', '{0}', 'expiry', now(), 1, 2, 3)";
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var source = Impatient(database);
        await using var other = await source.OpenConnectionAsync();
        await using var writing = await other.BeginTransactionAsync();
        await ExecuteAsync(other, string.Format(CultureInfo.InvariantCulture, Write, 1));

        await OrleansSchema.ApplyAsync(source.ConnectionString);

        await using var silo = await source.OpenConnectionAsync();
        await ExecuteAsync(silo, string.Format(CultureInfo.InvariantCulture, Write, 2));
    }

    [Fact]
    public async Task Start_StashesWhereEarlierVersionsHadThem_IsRefusedUntilTheyAreMoved()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(withSchema: false);
        var former = await RunAsync(database.ConnectionString + ";Search Path=public", "--apply-schema");
        Assert.True(former.ExitCode == 0, former.Output);
        await database.ExecuteAsync(
            $"""
            INSERT INTO public.orleansstorage VALUES
                (1, 2, 3, 4, 'stash', 'key', '{database.Id}', 'payload', now(), 5), (1, 2, 3, 4, 'stash', 'key', 'another service', 'payload', now(), 5);
            INSERT INTO public.orleansreminderstable VALUES ('{database.Id}', 'livestash/key', 'expiry', now(), 1, 2, 3);
            """);
        Assert.Equal(0, (await RunAsync(database.ConnectionString, "--apply-schema")).ExitCode);

        var run = await RunAsync(database.ConnectionString, $"--Orleans:ServiceId={database.Id}");

        run.Failed(2, "1 stashes", "schema public", "Search Path=public");
        await database.ExecuteAsync(run.Output[run.Output.IndexOf("BEGIN;", StringComparison.Ordinal)..]);
        Assert.Equal((1, 0, 1), await database.RowsAsync());
        Assert.Equal("another service", await database.QueryAsync<string>("SELECT string_agg(serviceid, ',') FROM public.orleansstorage"));
        await using var cluster = new ProcessCluster(database);
        await ProcessCluster.StartAsync(cluster.AddSilo(StashDurability.WriteThrough));
    }

    [Fact]
    public async Task Storage_WrittenByTwoWhoSawTheSame_OnlyOneOfThemWins()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Search Path=livestash");

        var first = await StoreAsync(source, "WriteToStorageKey", null);
        Assert.Null(await StoreAsync(source, "WriteToStorageKey", null));
        Assert.Equal(first + 1, await StoreAsync(source, "WriteToStorageKey", first));
        Assert.Null(await StoreAsync(source, "WriteToStorageKey", first));
        Assert.Null(await StoreAsync(source, "DeleteStorageKey", first));
        Assert.Equal(first + 2, await StoreAsync(source, "DeleteStorageKey", first + 1));
        Assert.Null(await StoreAsync(source, "ClearStorageKey", first + 2));

        var firsts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StoreAsync(source, "WriteToStorageKey", null)));
        Assert.NotNull(Assert.Single(firsts, version => version is not null));
    }

    [Fact]
    public async Task Storage_RowIsDeletedAndMadeAnew_WhoKnowsTheFormerOneCannotOverwriteIt()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Search Path=livestash");
        var former = await StoreAsync(source, "WriteToStorageKey", null);
        await StoreAsync(source, "DeleteStorageKey", former);

        Assert.NotNull(await StoreAsync(source, "WriteToStorageKey", null));

        Assert.Null(await StoreAsync(source, "WriteToStorageKey", former));
        Assert.Null(await StoreAsync(source, "DeleteStorageKey", former));
    }

    private static Task<ProgramRun> RunAsync(string connectionString, params string[] args) => ProgramRun.SiloHostAsync(
        ["--Orleans:Clustering:ProviderType=AdoNet", "--Orleans:GrainStorage:LiveStash:ProviderType=AdoNet", $"--ConnectionStrings:Orleans={connectionString}", .. args]);

    /// <summary>Connections on which a statement that is held up fails.</summary>
    private static NpgsqlDataSource Impatient(PostgresDatabase database) => NpgsqlDataSource.Create(database.ConnectionString + ";Search Path=livestash;Command Timeout=10");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task MakeOthersAsync(PostgresDatabase database, string schema) => database.ExecuteAsync(
        $"""
        CREATE SCHEMA IF NOT EXISTS {schema};
        CREATE TABLE {schema}.orleansquery (querykey text PRIMARY KEY, querytext text NOT NULL);
        INSERT INTO {schema}.orleansquery VALUES {OthersStatement};
        """);

    /// <summary>As Orleans' storage provider calls it.</summary>
    private static async Task<int?> StoreAsync(NpgsqlDataSource source, string key, int? version)
    {
        await using var text = source.CreateCommand("SELECT querytext FROM orleansquery WHERE querykey = $1");
        text.Parameters.AddWithValue(key);
        await using var command = source.CreateCommand((string)(await text.ExecuteScalarAsync())!);
        command.Parameters.AddWithValue("GrainIdHash", 1);
        command.Parameters.AddWithValue("GrainIdN0", 0L);
        command.Parameters.AddWithValue("GrainIdN1", 0L);
        command.Parameters.AddWithValue("GrainTypeHash", 2);
        command.Parameters.AddWithValue("GrainTypeString", "stash");
        command.Parameters.AddWithValue("GrainIdExtensionString", "key");
        command.Parameters.AddWithValue("ServiceId", "service");
        command.Parameters.Add(new NpgsqlParameter("GrainStateVersion", NpgsqlTypes.NpgsqlDbType.Integer) { Value = version ?? (object)DBNull.Value });
        if (key == "WriteToStorageKey")
        {
            command.Parameters.AddWithValue("PayloadBinary", "payload"u8.ToArray());
        }

        return (int?)await command.ExecuteScalarAsync();
    }
}
