namespace LiveStash;

/// <summary>Settings of the distributed cache on Orleans. Checked at start-up, all errors together.</summary>
public sealed class OrleansDistributedCacheOptions
{
    /// <summary>The default of <see cref="DefaultSlidingExpiration"/>: 20 minutes, as in ASP.NET Core's cache on SQL Server.</summary>
    public static readonly TimeSpan DefaultDefaultSlidingExpiration = TimeSpan.FromMinutes(20);

    /// <summary>The default of <see cref="Timeout"/>: 5 seconds, as in StackExchange.Redis.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Keeps the entries of this app apart from those of others in the cluster: the same key under another name is another entry.
    /// Default empty. The same on every server of an app; after a change every entry is missing.
    /// </summary>
    public string InstanceName { get; set; } = "";

    /// <summary>
    /// What a set promises when it returns. Default <see langword="null"/>: the silos' own, <c>StashGrainOptions.DefaultDurability</c>,
    /// which is memory at first. The same on every server of an app.
    /// </summary>
    public StashDurability? Durability { get; set; }

    /// <summary>
    /// The sliding expiration of an entry that is set without any. Default 20 minutes. Longer keeps more of what nobody asks for:
    /// with <see cref="StashDurability.Memory"/> in the memory of a silo.
    /// </summary>
    public TimeSpan DefaultSlidingExpiration { get; set; } = DefaultDefaultSlidingExpiration;

    /// <summary>
    /// How long a call may take before it throws. Default 5 seconds, which is longer than it takes until the grains of a silo that was
    /// killed are on another. Shorter, a <c>HybridCache</c> takes such a moment for an entry that is not there; longer holds up requests
    /// where the cluster cannot be reached. Keep it above <c>StashGrainOptions.StorageTimeout</c> of the silos.
    /// </summary>
    public TimeSpan Timeout { get; set; } = DefaultTimeout;
}
