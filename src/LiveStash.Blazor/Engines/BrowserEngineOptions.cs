namespace LiveStash;

/// <summary>Settings of the browser memory engine.</summary>
public sealed class BrowserEngineOptions
{
    /// <summary>The default of <see cref="CompressAboveBytes"/>.</summary>
    public const int DefaultCompressAboveBytes = 1024;

    /// <summary>How the state is protected. Has to be set.</summary>
    public StashTokenProtection? Protection { get; set; }

    /// <summary>States from this many bytes on are compressed. Default 1,024.</summary>
    public int CompressAboveBytes { get; set; } = DefaultCompressAboveBytes;
}
