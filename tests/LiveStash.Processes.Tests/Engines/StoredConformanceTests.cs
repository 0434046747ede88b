using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using LiveStash.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;
using SiloHost.Configuration;

namespace LiveStash.Processes.Tests.Engines;

/// <summary>The contract of every engine, against two silos and a client that are set up as silo-host is, written through to a real server.</summary>
public abstract class StoredConformanceTests(StoredConformanceTests.Fixture fixture) : StashEngineConformance(fixture.Time)
{
    /// <summary>Each call is a storage write, one after the other in the one grain: with a hundred, the last would wait for long.</summary>
    protected override int ConcurrentWriters => 10;

    /// <inheritdoc />
    protected override ValueTask<IStashEngine> CreateEngineAsync() => new(fixture.Engine);

    /// <summary>The cluster.</summary>
    public abstract class Fixture : IAsyncLifetime
    {
        /// <summary>More than a page has: cores that others use too, and code that is compiled first, are no measure of a time-out.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly List<IHost> _hosts = [];

        internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

        internal IStashEngine Engine { get; private set; } = null!;

        /// <inheritdoc />
        public async Task InitializeAsync()
        {
            var store = await CreateStoreAsync();
            for (var silo = 0; silo < 2; silo++)
            {
                await StartAsync(
                    [
                        .. store.Settings, .. ProviderSection.Complete(new ConfigurationBuilder().AddInMemoryCollection(store.Settings).Build()),
                        new("Orleans:Endpoints:SiloPort", $"{FreePort.Take()}"), new("Orleans:Endpoints:GatewayPort", $"{FreePort.Take()}"),
                        new("LiveStash:DefaultDurability", "WriteThrough"), new("LiveStash:StorageTimeout", "00:00:20"),
                    ],
                    builder =>
                    {
                        builder.UseOrleans(static silo => silo.ListenOnLoopback().AddConfiguredLiveStash());
                        builder.Services.AddKeyedSingleton<TimeProvider>(StashGrainOptions.TimeProviderKey, Time);
                    });
            }

            var client = await StartAsync(store.ClientSettings(), static builder =>
            {
                // An engine that sends no copies: the grain knows the latest opens only, so that an old copy of one raises the epoch once more.
                builder.Services.AddSingleton<TimeProvider>(new SlowClock());
                builder.UseOrleansClient();
                builder.Services.AddLiveStashCore(static options => options.EngineTimeout = Patience).UseOrleans();
            });
            Engine = client.Services.CreateScope().ServiceProvider.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Orleans);
        }

        /// <inheritdoc />
        public async Task DisposeAsync()
        {
            _hosts.Reverse();
            foreach (var host in _hosts)
            {
                await host.StopAsync();
                host.Dispose();
            }

            await DisposeStoreAsync();
        }

        private protected abstract Task<ClusterStore> CreateStoreAsync();

        private protected abstract Task DisposeStoreAsync();

        private async Task<IHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, Action<HostApplicationBuilder> configure)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration.AddInMemoryCollection(settings);
            configure(builder);
            var host = builder.Build();
            _hosts.Add(host);
            await host.StartAsync();
            return host;
        }
    }
}

/// <summary>Redis.</summary>
public sealed class RedisConformanceTests(RedisConformanceTests.OnRedis fixture) : StoredConformanceTests(fixture), IClassFixture<RedisConformanceTests.OnRedis>
{
    /// <summary>The cluster on Redis.</summary>
    public sealed class OnRedis : Fixture
    {
        private readonly RedisFixture _redis = new();

        private protected override async Task<ClusterStore> CreateStoreAsync()
        {
            await _redis.InitializeAsync();
            return _redis.Server.CreateStore();
        }

        private protected override Task DisposeStoreAsync() => _redis.DisposeAsync();
    }
}

/// <summary>PostgreSQL, by LiveStash's own store.</summary>
public sealed class PostgreSqlStoreConformanceTests(PostgreSqlStoreConformanceTests.OnPostgres fixture)
    : StoredConformanceTests(fixture), IClassFixture<PostgreSqlStoreConformanceTests.OnPostgres>
{
    /// <summary>The cluster on PostgreSQL.</summary>
    public sealed class OnPostgres : Fixture
    {
        private readonly PostgresFixture _postgres = new();

        private protected override async Task<ClusterStore> CreateStoreAsync()
        {
            await _postgres.InitializeAsync();
            return await _postgres.Server.CreateDatabaseAsync(storage: ProviderSection.PostgreSql);
        }

        private protected override Task DisposeStoreAsync() => _postgres.DisposeAsync();
    }
}

/// <summary>PostgreSQL, by Orleans' ADO.NET storage.</summary>
public sealed class PostgresConformanceTests(PostgresConformanceTests.OnPostgres fixture) : StoredConformanceTests(fixture), IClassFixture<PostgresConformanceTests.OnPostgres>
{
    /// <summary>The cluster on PostgreSQL.</summary>
    public sealed class OnPostgres : Fixture
    {
        private readonly PostgresFixture _postgres = new();

        private protected override async Task<ClusterStore> CreateStoreAsync()
        {
            await _postgres.InitializeAsync();
            return await _postgres.Server.CreateDatabaseAsync();
        }

        private protected override Task DisposeStoreAsync() => _postgres.DisposeAsync();
    }
}
