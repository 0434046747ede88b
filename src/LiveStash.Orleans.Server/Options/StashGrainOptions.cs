using LiveStash;
using LiveStash.Records;

namespace Orleans.Hosting;

/// <summary>How a silo keeps stashes. The same on every silo of a cluster. Checked at start-up, all errors together.</summary>
public sealed class StashGrainOptions
{
    /// <summary>
    /// The name of the grain storage that makes stashes durable, as in <c>AddAdoNetGrainStorage("LiveStash", ...)</c>.
    /// Have the provider delete rows when it clears them (<c>DeleteStateOnClear = true</c> where it has that option), or
    /// expired stashes leave an empty row each.
    /// </summary>
    public const string StorageName = "LiveStash";

    /// <summary>
    /// The name of the grain directory that finds stashes. <c>AddLiveStash()</c> registers one that loses no registration
    /// when a silo goes; a directory that is registered under this name before that is used instead.
    /// </summary>
    public const string DirectoryName = "LiveStash";

    /// <summary>The key of a <see cref="TimeProvider"/> that tells only stashes the time. Where there is none, the one without a key does.</summary>
    public const string TimeProviderKey = "LiveStash";

    /// <summary>The default of <see cref="MaxStashBytes"/>: 256 KiB.</summary>
    public const int DefaultMaxStashBytes = LiveStashOptions.DefaultMaxStashBytes;

    /// <summary>The default of <see cref="MaxStashEntries"/>: 4,096.</summary>
    public const int DefaultMaxStashEntries = StashLimits.DefaultMaxEntries;

    /// <summary>The default of <see cref="MaxMigrationBytes"/>: 16 MiB.</summary>
    public const int DefaultMaxMigrationBytes = 16 * 1024 * 1024;

    /// <summary>The default of <see cref="FlushInterval"/>: 1 second.</summary>
    public static readonly TimeSpan DefaultFlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>The default of <see cref="StorageTimeout"/>: 1.5 seconds, less than <see cref="LiveStashOptions.DefaultEngineTimeout"/>.</summary>
    public static readonly TimeSpan DefaultStorageTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// What a saved answer promises where a stash does not say it (<see cref="StashTerms.Durability"/> is <see langword="null"/>).
    /// Default <see cref="StashDurability.Memory"/>. The other two need a grain storage named <see cref="StorageName"/> and a
    /// reminder service. The durability of a stash rises with a call that asks for more and falls only when the stash is gone.
    /// <list type="bullet">
    /// <item><see cref="StashDurability.Memory"/>: in the memory of one silo. Survives rolling restarts, where another silo is
    /// there to take the stash over; lost when its silo dies.</item>
    /// <item><see cref="StashDurability.WriteBehind"/>: the same at first, and in storage within <see cref="FlushInterval"/>.
    /// When its silo dies, writes and opens of that last interval are lost, so that an owner who was superseded in it may write again.</item>
    /// <item><see cref="StashDurability.WriteThrough"/>: in storage. Every acknowledged write, touch, open and clear outlives every process.</item>
    /// </list>
    /// </summary>
    public StashDurability DefaultDurability { get; set; } = StashDurability.Memory;

    /// <summary>
    /// The largest stash in bytes: serialized values plus one byte for each character of a name. Default 256 KiB, which is also
    /// what a page sends at most. A larger one is refused as <see cref="StashOutcome.TooLarge"/>.
    /// </summary>
    public int MaxStashBytes { get; set; } = DefaultMaxStashBytes;

    /// <summary>The largest number of entries of a stash. Default 4,096.</summary>
    public int MaxStashEntries { get; set; } = DefaultMaxStashEntries;

    /// <summary>
    /// With <see cref="StashDurability.WriteBehind"/>: how long after a write its stash is brought to storage, together with all
    /// writes of that time. Default 1 second. Longer means fewer storage writes, and more to lose when a silo dies.
    /// </summary>
    public TimeSpan FlushInterval { get; set; } = DefaultFlushInterval;

    /// <summary>
    /// How long one storage operation may take before the call is answered as <see cref="StashOutcome.Unavailable"/>. Default 1.5
    /// seconds. Keep it below <see cref="LiveStashOptions.EngineTimeout"/> of the web servers, or they give up first and learn no reason.
    /// Also how long the first durable write of a stash waits for being listed for its deletion, before it is stored.
    /// </summary>
    public TimeSpan StorageTimeout { get; set; } = DefaultStorageTimeout;

    /// <summary>
    /// Which silo takes a new stash. Default <see cref="PreferLocalPlacement"/>: the silo in the web server's own process, or the
    /// one the client is connected to. <see cref="RandomPlacement"/> or <see cref="ActivationCountBasedPlacement"/> spread stashes
    /// where web servers are loaded unevenly, at the price of a network hop for each call. Any strategy with one activation per grain.
    /// </summary>
    public PlacementStrategy Placement { get; set; } = new PreferLocalPlacement();

    /// <summary>
    /// How many bytes of stashes are on their way to other silos at once while a silo shuts down. Default 16 MiB. Each of them is
    /// in memory twice until it has arrived, and Orleans would start with about a thousand: more makes a shutdown hardly faster.
    /// </summary>
    public int MaxMigrationBytes { get; set; } = DefaultMaxMigrationBytes;

    internal StashLimits Limits => new(MaxStashBytes, MaxStashEntries);
}
