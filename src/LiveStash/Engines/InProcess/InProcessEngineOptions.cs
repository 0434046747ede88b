namespace LiveStash;

/// <summary>Bounds of the in-process engine.</summary>
public sealed class InProcessEngineOptions
{
    /// <summary>The default of <see cref="MaxStashes"/>.</summary>
    public const int DefaultMaxStashes = 100_000;

    /// <summary>The default of <see cref="MaxTotalBytes"/>: 512 MiB.</summary>
    public const long DefaultMaxTotalBytes = 512L * 1024 * 1024;

    /// <summary>
    /// The largest number of stashes held. Default 100,000. At the bound expired stashes make room, oldest first; where none
    /// has expired, a new stash is refused as <see cref="StashOutcome.Unavailable"/> and none that is held is given up.
    /// </summary>
    public int MaxStashes { get; set; } = DefaultMaxStashes;

    /// <summary>The largest sum of the stashes' sizes in bytes. Default 512 MiB. Refuses as <see cref="MaxStashes"/> does.</summary>
    public long MaxTotalBytes { get; set; } = DefaultMaxTotalBytes;
}
