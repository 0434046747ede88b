using Npgsql;
using Orleans.Storage;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>What is said to PostgreSQL of states that are no stashes. ETags as with stashes: random, and 0 where there is no row.</summary>
internal sealed class StateStatements(NpgsqlDataSource source, IGrainStorageSerializer serializer)
{
    private const string Read = "SELECT etag, value FROM livestash_states WHERE id = $1";
    private const string Insert = "INSERT INTO livestash_states (id, etag, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    private const string Update = "UPDATE livestash_states SET etag = $2, value = $3 WHERE id = $1 AND etag = $4";
    private const string Delete = "DELETE FROM livestash_states WHERE id = $1 AND etag = $2";
    private const string Exists = "SELECT 1 FROM livestash_states WHERE id = $1";

    public async Task<(T? State, long ETag)> ReadAsync<T>(Guid id, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Read);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? (serializer.Deserialize<T>(new(reader.GetFieldValue<byte[]>(1))), reader.GetInt64(0))
            : default;
    }

    /// <summary>Whether it was written.</summary>
    public async Task<bool> WriteAsync<T>(Guid id, T state, long known, long etag, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(known == 0 ? Insert : Update);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = etag });
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = serializer.Serialize(state).ToMemory() });
        if (known != 0)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = known });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Whether it was deleted, or was not there as was known.</summary>
    public async Task<bool> ClearAsync(Guid id, long known, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(known == 0 ? Exists : Delete);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        if (known == 0)
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is null;
        }

        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = known });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }
}
