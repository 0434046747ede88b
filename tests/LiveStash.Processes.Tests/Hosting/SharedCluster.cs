namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A cluster for all tests of a class: two silos with stashes in memory, and two web servers that are their clients.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();

    internal PostgresDatabase Database { get; private set; } = default!;

    internal ProcessCluster Cluster { get; private set; } = default!;

    internal NodeProcess One { get; private set; } = default!;

    internal NodeProcess Other { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = await _postgres.Server.CreateDatabaseAsync();
        Cluster = new(Database);
        (One, Other) = (Cluster.AddWeb(), Cluster.AddWeb());
        await ProcessCluster.StartAsync(Cluster.AddSilo(StashDurability.Memory), Cluster.AddSilo(StashDurability.Memory), One, Other);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Database.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}
