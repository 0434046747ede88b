using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;
using SiloHost.Configuration;

namespace SiloHost.Schema;

/// <summary>
/// The tables that Orleans' ADO.NET providers need: from the scripts beside this file, which are in the assembly. They are in the
/// first schema of the connection's search path. A table of statements that is another's is never written.
/// </summary>
internal static partial class OrleansSchema
{
    /// <summary>Held while the schema is applied, so that of several processes one does it at a time. The letters "LiveStsh".</summary>
    private const long LockId = 0x4C69766553747368;

    /// <summary>The comment that says that a table of statements is ours, also when a later version has other statements.</summary>
    private const string Mark = "LiveStash";

    /// <summary>The type of a row that is a stash.</summary>
    private const string StashState = "stash";

    /// <summary>What the ids of its reminder begin with.</summary>
    private const string StashGrains = "livestash";

    private const string Rerun = "Run 'silo-host --apply-schema' once.";

    /// <summary>In the order in which they are applied; the first makes the table that the others fill.</summary>
    private static readonly string[] Scripts = ["queries", "clustering", "storage", "reminders"];

    private static readonly IReadOnlyDictionary<string, string> Statements =
        Scripts.SelectMany(static script => Statement().Matches(Read(script))).ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value);

    /// <summary>
    /// Makes what is not there yet and brings Orleans' statements up to date, all of it or nothing. Harmless to repeat, and for
    /// several processes to do at once. Never touches rows of members, grains or reminders.
    /// </summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    /// <exception cref="StoreException">The table of statements is another's.</exception>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockId})", cancellationToken);
        await ExecuteAsync(connection, "SET LOCAL client_min_messages = warning", cancellationToken);
        if (await QueryAsync(connection, "SELECT current_schema()::text", cancellationToken) is null)
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA {FirstSchema(connectionString)}", cancellationToken);
        }

        await FindMissingAsync(connection, cancellationToken);
        await ExecuteAsync(connection, Read(Scripts[0]), cancellationToken);

        // Another's script may be filling the same table. After this lock nobody does, until the end of the transaction.
        await ExecuteAsync(connection, "LOCK TABLE orleansquery IN SHARE ROW EXCLUSIVE MODE", cancellationToken);
        await FindMissingAsync(connection, cancellationToken);
        await ExecuteAsync(connection, $"COMMENT ON TABLE orleansquery IS '{Mark}'", cancellationToken);
        foreach (var script in Scripts.Skip(1))
        {
            await ExecuteAsync(connection, Read(script), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Checks that the database has the schema, and that no stashes are where an earlier version had them.</summary>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="serviceId">Whose stashes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    /// <exception cref="StoreException">The schema is not there, or another's, or the stashes are elsewhere.</exception>
    public static async Task CheckAsync(string connectionString, string serviceId, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        if (await FindMissingAsync(connection, cancellationToken) is { Count: > 0 } missing)
        {
            throw new StoreException($"The database does not have the schema that Orleans needs: {missing.Count} statement(s) are missing, {missing[0]} for one. {Rerun}");
        }

        await CheckEarlierPlaceAsync(connection, serviceId, cancellationToken);
    }

    /// <summary>The names of statements that are not there.</summary>
    private static async Task<IReadOnlyList<string>> FindMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await QueryAsync(connection, "SELECT to_regclass('orleansquery')::text", cancellationToken) is null)
        {
            return [.. Statements.Keys];
        }

        var found = new Dictionary<string, string>();
        await using (var command = new NpgsqlCommand("SELECT querykey, querytext FROM orleansquery", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                found[reader.GetString(0)] = reader.GetString(1);
            }
        }

        if (found.Any(static row => Statements.GetValueOrDefault(row.Key) != row.Value)
            && await QueryAsync(connection, "SELECT obj_description('orleansquery'::regclass)", cancellationToken) as string != Mark)
        {
            var schema = await QueryAsync(connection, "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'orleansquery'::regclass", cancellationToken);
            throw new StoreException(
                $"The table orleansquery in the schema {schema} has statements of another Orleans service, which are left alone. "
                + $"Set another 'Search Path' in the connection string, or none: then the schema is {ProviderSection.Schema}.") { IsLasting = true };
        }

        return [.. Statements.Keys.Except(found.Keys)];
    }

    /// <summary>Earlier versions had their tables in the schema public.</summary>
    private static async Task CheckEarlierPlaceAsync(NpgsqlConnection connection, string serviceId, CancellationToken cancellationToken)
    {
        const string Here = ProviderSection.Schema;
        if (await QueryAsync(connection, "SELECT current_schema()::text", cancellationToken) is not Here
            || await QueryAsync(connection, "SELECT to_regclass('public.orleansstorage') IS NOT NULL AND has_table_privilege(to_regclass('public.orleansstorage'), 'SELECT')", cancellationToken) is not true
            || await CountAsync("orleansstorage") > 0
            || await CountAsync("public.orleansstorage") is not (> 0 and var count))
        {
            return;
        }

        var ours = $"WHERE serviceid = '{serviceId.Replace("'", "''", StringComparison.Ordinal)}'";
        throw new StoreException(
            $"""
            There are {count} stashes of '{serviceId}' in the schema public, where earlier versions kept them, and none in {Here}. Either go on there, with 'Search Path=public' in the connection string, or move them while no silo runs:
              BEGIN;
              INSERT INTO {Here}.orleansstorage SELECT * FROM public.orleansstorage {ours} AND graintypestring = '{StashState}';
              INSERT INTO {Here}.orleansreminderstable SELECT * FROM public.orleansreminderstable {ours} AND grainid LIKE '{StashGrains}/%';
              DELETE FROM public.orleansstorage {ours} AND graintypestring = '{StashState}';
              DELETE FROM public.orleansreminderstable {ours} AND grainid LIKE '{StashGrains}/%';
              COMMIT;
            """) { IsLasting = true };

        async Task<long> CountAsync(string table)
        {
            await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table} WHERE serviceid = $1 AND graintypestring = $2", connection);
            command.Parameters.AddWithValue(serviceId);
            command.Parameters.AddWithValue(StashState);
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
    }

    /// <summary>Of the connection's search path, quoted as it is there.</summary>
    private static string FirstSchema(string connectionString) =>
        (new NpgsqlConnectionStringBuilder(connectionString).SearchPath ?? ProviderSection.Schema).Split(',')[0].Trim();

    private static async Task<object?> QueryAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? value : null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Read(string script)
    {
        var name = $"Schema.{script}.sql";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource '{name}'. Embed silo-host/Schema/*.sql in the project.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^\('(\w+)', \$query\$(.*?)\$query\$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Statement();
}
