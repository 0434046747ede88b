using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace SiloHost.Schema;

/// <summary>The PostgreSQL schema that Orleans' ADO.NET providers need: from the scripts beside this file, which are in the assembly.</summary>
internal static partial class OrleansSchema
{
    /// <summary>Held while the schema is applied, so that of several processes one does it at a time. The letters "LiveStsh".</summary>
    private const long LockId = 0x4C69766553747368;

    /// <summary>In the order in which they are applied; the first makes the table that the others fill.</summary>
    private static readonly string[] Scripts = ["queries", "clustering", "storage", "reminders"];

    /// <summary>
    /// Makes what is not there yet and brings Orleans' statements up to date, all of it or nothing. Harmless to repeat, and for
    /// several processes to do at once. Never touches rows of members, grains or reminders.
    /// </summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockId})", cancellationToken);
        await ExecuteAsync(connection, "SET LOCAL client_min_messages = warning", cancellationToken);
        foreach (var script in Scripts)
        {
            await ExecuteAsync(connection, Read(script), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>What a database lacks: names of statements; empty when nothing is missing.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var missing = Scripts.SelectMany(script => StatementKey().Matches(Read(script))).Select(match => match.Groups[1].Value).ToList();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT querykey FROM orleansquery", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                missing.Remove(reader.GetString(0));
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Then all of them are missing.
        }

        return missing;
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

    [GeneratedRegex(@"^\('(\w+)', \$query\$", RegexOptions.Multiline)]
    private static partial Regex StatementKey();
}
