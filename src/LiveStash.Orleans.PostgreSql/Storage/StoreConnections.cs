using Npgsql;
using Orleans.Hosting;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>The data source, with what its statements need.</summary>
internal static class StoreConnections
{
    /// <summary>
    /// The plan of a statement is made once, when tables may be empty still, and is right for full ones. A row that another
    /// transaction holds is waited for no longer than this; its operation fails then, and the others of its group go on.
    /// </summary>
    private const string Session = "SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan; SET lock_timeout = 250";

    public static NpgsqlDataSource Create(PostgreSqlStashStoreOptions options, TimeSpan timeout)
    {
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        var connection = builder.ConnectionStringBuilder;

        // The few statements are parsed and planned once for each connection, not each time.
        connection.MaxAutoPrepare = 20;
        connection.AutoPrepareMinUsages = 1;

        // Nothing is left in a session that the next user of a connection must not see, and the reset would undo what is set below.
        connection.NoResetOnClose = true;

        // A server that hangs does not answer a cancellation either: its connection is closed at once.
        connection.CancellationTimeout = -1;
        connection.Timeout = Math.Min(connection.Timeout is 0 ? int.MaxValue : connection.Timeout, Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds)));
        options.ConfigureDataSource?.Invoke(builder);
        builder.UsePhysicalConnectionInitializer(
            static connection => Prepare(connection).ExecuteNonQuery(),
            static async connection =>
            {
                await using var command = Prepare(connection);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        return builder.Build();
    }

    private static NpgsqlCommand Prepare(NpgsqlConnection connection) => new(Session, connection);
}
