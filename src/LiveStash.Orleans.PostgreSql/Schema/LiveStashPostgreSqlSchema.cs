using LiveStash.Orleans.PostgreSql.Schema;
using Npgsql;

namespace Orleans.Hosting;

/// <summary>The tables of stashes in PostgreSQL, for whoever makes them before silos start.</summary>
public static class LiveStashPostgreSqlSchema
{
    /// <summary>
    /// Makes what is not there, all of it or nothing, in the first schema of the search path, which is made too. Harmless to
    /// repeat, and for several processes to do at once.
    /// </summary>
    /// <param name="connectionString">Of a user who may.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await StoreSchema.ApplyAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether all tables are there.</summary>
    /// <param name="connectionString">Of a silo.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public static async Task<bool> IsAppliedAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await StoreSchema.IsAppliedAsync(connection, cancellationToken).ConfigureAwait(false);
    }
}
