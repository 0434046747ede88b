using LiveStash.Orleans.Server.Clocks;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Measuring;
using LiveStash.Orleans.Server.Migration;
using LiveStash.Orleans.Server.Options;
using LiveStash.Orleans.Server.Placement;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>What all stash grains of a silo share. Resolved once: a grain itself costs no more than its content.</summary>
internal sealed class StashGrainServices : IDisposable
{
    private const int MaxSweeps = 4;

    private int _warnedOfKeptRows;

    public StashGrainServices(
        IServiceProvider provider,
        IServiceProviderIsKeyedService services,
        IOptions<StashGrainOptions> options,
        IOptions<GrainCollectionOptions> collection,
        IOptions<ReminderOptions> reminders,
        StashSilos silos,
        TimeProvider systemTime,
        ClockDoubt doubt,
        PendingListings listings,
        StashMetrics metrics,
        ILogger<StashGrain> logger)
    {
        Options = options.Value;
        Limits = options.Value.Limits;
        Logger = logger;
        SystemTime = systemTime;
        Time = provider.GetKeyedService<TimeProvider>(StashGrainOptions.TimeProviderKey) ?? systemTime;
        Doubt = doubt;
        Listings = listings;
        IdleAge = collection.Value.CollectionAge;
        Sheds = collection.Value.EnableActivationSheddingOnMemoryPressure;
        MinReminderPeriod = reminders.Value.MinimumReminderPeriod;
        Silos = silos;
        Budget = new(options.Value.MaxMigrationBytes);
        Metrics = metrics;
        Lost = new(systemTime, metrics, logger);

        Storage = provider.GetKeyedService<IGrainStorage>(StashGrainOptions.StorageName);
        Store = Storage as IStashStore ?? (Storage is null ? null : new GrainStorageStore(Storage));
        var missing = string.Join(" ", StashGrainOptionsValidator.MissingParts(services).Select(part => $"A durable stash was asked for: {part}"));
        MissingForDurable = missing.Length == 0 ? null : missing;
    }

    public StashGrainOptions Options { get; }

    public StashLimits Limits { get; }

    public ILogger<StashGrain> Logger { get; }

    /// <summary>The clock of expiry.</summary>
    public TimeProvider Time { get; }

    /// <summary>By how much it is ahead.</summary>
    public ClockDoubt Doubt { get; }

    /// <summary>The clock of time-outs and retries.</summary>
    public TimeProvider SystemTime { get; }

    /// <summary>How long a stash that can be read back from storage stays in memory without a call.</summary>
    public TimeSpan IdleAge { get; }

    /// <summary>Whether this silo ends activations when memory is short.</summary>
    public bool Sheds { get; }

    public TimeSpan MinReminderPeriod { get; }

    public StashSilos Silos { get; }

    public MigrationBudget Budget { get; }

    public LostStashes Lost { get; }

    public PendingListings Listings { get; }

    public StashMetrics Metrics { get; }

    /// <summary>Bounds how many stashes the ledgers of this silo ask at once: pages go on meanwhile.</summary>
    public SemaphoreSlim Sweeps { get; } = new(MaxSweeps);

    public IGrainStorage? Storage { get; }

    /// <summary>The rows of stashes in <see cref="Storage"/>.</summary>
    public IStashStore? Store { get; }

    /// <summary>Why this silo cannot keep durable stashes; <see langword="null"/> when it can.</summary>
    public string? MissingForDurable { get; }

    public void Dispose()
    {
        Lost.Dispose();
        Sweeps.Dispose();
    }

    /// <summary>Whether to warn that the storage keeps rows it was asked to clear: once per silo.</summary>
    public bool ShouldWarnOfKeptRow() => Interlocked.Exchange(ref _warnedOfKeptRows, 1) == 0;
}
