using Npgsql;
using SiloHost.Configuration;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A database of a cluster's own.</summary>
/// <param name="name">Of the database.</param>
/// <param name="connectionString">Of it.</param>
/// <param name="storage">The provider that keeps the stashes.</param>
internal sealed class PostgresDatabase(string name, string connectionString, string storage = ProviderSection.AdoNet)
    : ClusterStore(name, ProviderSection.AdoNet, connectionString, storage), IAsyncDisposable
{
    private readonly (string Stashes, string Ledgers) _tables = storage == ProviderSection.AdoNet
        ? ("orleansstorage WHERE graintypestring = 'stash'", "orleansstorage WHERE graintypestring <> 'stash'")
        : ("livestash_stashes", "livestash_states");

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString + ";Search Path=livestash");

    public override async Task<(long Stashes, long Ledgers, long Reminders)> RowsAsync()
    {
        await using var command = _source.CreateCommand($"SELECT (SELECT count(*) FROM {_tables.Stashes}), (SELECT count(*) FROM {_tables.Ledgers}), (SELECT count(*) FROM orleansreminderstable)");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>Removes all that the database has but its schema: stashes, reminders and the list of silos.</summary>
    public Task WipeAsync() => ExecuteAsync("TRUNCATE orleansstorage, orleansreminderstable, orleansmembershiptable, orleansmembershipversiontable");

    /// <summary>Copies the stored stashes aside.</summary>
    public Task BackUpAsync() => ExecuteAsync("CREATE TABLE backup AS TABLE orleansstorage");

    /// <summary>Puts back the stashes that were copied aside.</summary>
    public Task RestoreAsync() => ExecuteAsync("TRUNCATE orleansstorage; INSERT INTO orleansstorage TABLE backup");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
