using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>A cluster in this process: silos and one client over an in-memory transport that does serialize.</summary>
internal sealed class StashCluster : IAsyncDisposable
{
    /// <summary>More than a page has: cores that others use too, and code that is compiled first, are no measure of a time-out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private StashCluster(InProcessTestCluster cluster, FaultyStorage storage, CountingReminderTable reminders, FakeTimeProvider? time)
    {
        Cluster = cluster;
        Storage = storage;
        Reminders = reminders;
        Time = time;
    }

    public InProcessTestCluster Cluster { get; }

    public FaultyStorage Storage { get; }

    public CountingReminderTable Reminders { get; }

    /// <summary>The clock of the stashes, where it is not the system's.</summary>
    public FakeTimeProvider? Time { get; }

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. Cluster.Silos];

    public static async Task<StashCluster> StartAsync(
        int silos = 1,
        Action<StashGrainOptions>? configure = null,
        FakeTimeProvider? time = null,
        bool withStorage = true,
        Action<ISiloBuilder>? configureSilo = null,
        Action<IClientBuilder>? configureClient = null)
    {
        var storage = new FaultyStorage();
        var reminders = new CountingReminderTable();
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddLiveStash(options =>
            {
                // The default is a page's, too: a machine that stands still for it would fail a write whose storage works.
                options.StorageTimeout = TimeSpan.FromSeconds(10);
                configure?.Invoke(options);
            });
            if (time is not null)
            {
                silo.Services.AddKeyedSingleton<TimeProvider>(StashGrainOptions.TimeProviderKey, time);
            }

            if (withStorage)
            {
                silo.Services.AddGrainStorage(StashGrainOptions.StorageName, (_, _) => storage);
                silo.AddReminders();
                silo.Services.AddSingleton<IReminderTable>(reminders);
            }

            configureSilo?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
        {
            client.Services.AddLiveStashCore(options => options.EngineTimeout = Patience).UseOrleans();
            configureClient?.Invoke(client);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();

        // A silo that is stopped before it has heard of another hands its stashes to nobody, and Orleans does not wait for that.
        await Until.TrueAsync(
            () => cluster.Silos.All(silo => silo.SiloHost.Services.GetRequiredService<StashSilos>().Here().Count() == silos),
            "every silo knew of all that keep stashes");
        return new(cluster, storage, reminders, time);
    }

    /// <summary>An engine that calls as a client.</summary>
    public IStashEngine ClientEngine(TimeSpan? timeout = null, ILogger<OrleansEngine>? logger = null, TimeProvider? time = null) =>
        Engine(Cluster.Client, timeout, logger, time);

    /// <summary>An engine in the process of a silo.</summary>
    public static IStashEngine CohostedEngine(InProcessSiloHandle silo, TimeSpan? timeout = null) =>
        Engine(silo.SiloHost.Services.GetRequiredService<IGrainFactory>(), timeout, null);

    public static GrainId GrainIdOf(StashId id) => GrainId.Create(StashAddress.TypeName, StashAddress.KeyOf(id));

    public IStashGrain Grain(StashId id) => Cluster.Client.GetGrain<IStashGrain>(StashAddress.KeyOf(id));

    /// <summary>Sends a tick to the ledger of a stash now; Orleans itself would take a minute at least.</summary>
    public Task TickAsync(StashId id) => TickAsync(LedgerGrain.Of(GrainIdOf(id), Cluster.Client), LedgerGrain.ReminderName);

    /// <summary>Sends a tick of a reminder now.</summary>
    public static Task TickAsync(IAddressable grain, string reminder) =>
        grain.AsReference<IRemindable>().ReceiveReminder(reminder, new TickStatus(DateTime.UtcNow, TimeSpan.FromMinutes(1), DateTime.UtcNow));

    /// <summary>What is left: rows of stashes, rows of ledgers, reminders.</summary>
    public (int Stashes, int Ledgers, int Reminders) Left => (Storage.Rows, Storage.Ledgers.Rows, Reminders.Rows);

    /// <summary>The activations of stashes on one silo. Not by the simple statistics: those count the whole process, all its silos together.</summary>
    public static async Task<int> ActivationsAsync(InProcessSiloHandle silo)
    {
        var management = silo.SiloHost.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var statistics = await management.GetDetailedGrainStatistics(types: null, [silo.SiloAddress]);
        return statistics.Count(activation => activation.GrainId.Type.Equals(GrainType.Create(StashAddress.TypeName)));
    }

    public async ValueTask DisposeAsync()
    {
        // What hangs or fails would hold up the shutdown: the last silo tries again.
        (Storage.WriteFailure, Storage.ReadFailure, Storage.AnswerFailure) = (null, null, null);
        Storage.Gate?.TrySetResult();
        Storage.Ledgers.Gate?.TrySetResult();
        Reminders.Gate?.TrySetResult();
        await Cluster.DisposeAsync();
    }

    private static OrleansEngine Engine(IGrainFactory grains, TimeSpan? timeout, ILogger<OrleansEngine>? logger, TimeProvider? time = null)
    {
        var options = new LiveStashOptions { EngineTimeout = timeout ?? Patience };
        return new(new(grains, Microsoft.Extensions.Options.Options.Create(options), time ?? TimeProvider.System, new(Meters.Create()), logger ?? NullLogger<OrleansEngine>.Instance));
    }
}
