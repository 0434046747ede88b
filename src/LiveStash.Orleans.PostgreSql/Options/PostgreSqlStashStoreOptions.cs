using Npgsql;

namespace Orleans.Hosting;

/// <summary>How stashes are stored in PostgreSQL. The same on every silo of a cluster.</summary>
public sealed class PostgreSqlStashStoreOptions
{
    /// <summary>
    /// Of Npgsql. The tables are in the first schema of its <c>Search Path</c>, or in the database's default. What it says of
    /// <c>Max Auto Prepare</c>, <c>Auto Prepare Min Usages</c>, <c>No Reset On Close</c> and <c>Cancellation Timeout</c> is overridden.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Whether a silo makes tables that are not there when it starts; default yes. Where its user may not, run
    /// <c>schema/livestash.sql</c> of this package before. A silo needs USAGE on the schema, and SELECT, INSERT, UPDATE and DELETE on the tables.
    /// </summary>
    public bool CreateSchema { get; set; } = true;

    /// <summary>Sets more of the data source, as a password that is asked for anew or a certificate.</summary>
    public Action<NpgsqlDataSourceBuilder>? ConfigureDataSource { get; set; }
}
