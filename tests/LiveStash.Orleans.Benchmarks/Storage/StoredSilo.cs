using LiveStash.Orleans.Benchmarks.Grains;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace LiveStash.Orleans.Benchmarks.Storage;

/// <summary>A silo that writes stashes through to PostgreSQL. Reminders are in memory: what is measured is storage.</summary>
internal static class StoredSilo
{
    public static Task<BenchmarkSilo> StartAsync(PostgresServer postgres, Action<ISiloBuilder, PostgresServer> addStorage) => BenchmarkSilo.StartAsync(configure: silo =>
    {
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable>(new BenchmarkReminderTable());
        AddAdoNet(silo, StateGrain.StorageName, postgres);
        addStorage(silo, postgres);
        silo.AddLiveStash(static options =>
            (options.DefaultDurability, options.StorageTimeout) = (StashDurability.WriteThrough, TimeSpan.FromMinutes(1)));
    });

    /// <summary>LiveStash's own storage.</summary>
    public static void AddPostgreSql(ISiloBuilder silo, PostgresServer postgres) => silo.AddLiveStashPostgreSqlStore(postgres.ConnectionString);

    /// <summary>Orleans' own storage, as silo-host sets it.</summary>
    public static void AddAdoNet(ISiloBuilder silo, PostgresServer postgres) => AddAdoNet(silo, StashGrainOptions.StorageName, postgres);

    private static void AddAdoNet(ISiloBuilder silo, string name, PostgresServer postgres)
    {
        silo.AddAdoNetGrainStorage(name, options =>
            (options.Invariant, options.ConnectionString, options.DeleteStateOnClear) = ("Npgsql", postgres.ConnectionString, true));
        silo.Services.AddOptions<AdoNetGrainStorageOptions>(name).Configure<Serializer>(static (options, serializer) =>
            options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer));
    }
}
