using System.Reflection;
using Npgsql;
using Orleans.Hosting;

namespace LiveStash.Orleans.PostgreSql.Schema;

/// <summary>The tables.</summary>
internal static class StoreSchema
{
    /// <summary>Held while the schema is applied, so that of several silos one does it at a time. The letters "LiveStPg".</summary>
    private const long LockId = 0x4C69766553745067;

    /// <summary>How often a change is tried that does not get its locks.</summary>
    private const int Attempts = 5;

    /// <summary>The wait before it is tried again, in which others go on who have queued up behind it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const string IsThere =
        """
        SELECT to_regclass('livestash_entries') IS NOT NULL AND to_regclass('livestash_states') IS NOT NULL
            AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('livestash_stashes') AND attname = 'deadline' AND NOT attisdropped)
        """;

    /// <summary>Makes the tables where they are not there.</summary>
    /// <param name="source">Of the database.</param>
    /// <param name="create">Whether to; otherwise a lack of them is an error.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">They are not there and were not made.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task EnsureAsync(NpgsqlDataSource source, bool create, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (await IsAppliedAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        const string ToDo = "Run schema/livestash.sql of LiveStash.Orleans.PostgreSql once, as a user who may";
        if (!create)
        {
            throw new InvalidOperationException($"The database does not have the tables of LiveStash. {ToDo}, or set PostgreSqlStashStoreOptions.CreateSchema.");
        }

        try
        {
            await ApplyAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new InvalidOperationException($"The database does not have the tables of LiveStash, and this silo may not make them: {exception.MessageText}. {ToDo}.", exception);
        }
    }

    /// <summary>Whether all of them are there.</summary>
    public static async Task<bool> IsAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await QueryAsync(connection, IsThere, cancellationToken).ConfigureAwait(false) is true;

    /// <summary>
    /// Makes what is not there, all of it or nothing. Takes no lock on a table where all is there: one that waits for somebody who
    /// reads the table, as a backup does, holds up all who come after it.
    /// </summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryApplyAsync(connection, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < Attempts)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task TryApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);

        // Others wait here for as long as it takes.
        await ExecuteAsync(connection, $"SET LOCAL lock_timeout = 0; SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock({LockId})", cancellationToken).ConfigureAwait(false);
        if (await IsAppliedAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await ExecuteAsync(connection, "SET LOCAL lock_timeout = '1s'", cancellationToken).ConfigureAwait(false);
        if (await QueryAsync(connection, "SELECT current_schema()::text", cancellationToken).ConfigureAwait(false) is null
            && new NpgsqlConnectionStringBuilder(connection.ConnectionString).SearchPath is { Length: > 0 } path)
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {path.Split(',')[0].Trim()}", cancellationToken).ConfigureAwait(false);
        }

        await ExecuteAsync(connection, Read("livestash"), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> QueryAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is { } value and not DBNull ? value : null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Read(string script)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Schema.{script}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
