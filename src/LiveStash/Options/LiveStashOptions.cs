using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LiveStash.Records;

namespace LiveStash;

/// <summary>Settings of LiveStash for the whole app. Checked at start-up, all errors together.</summary>
public sealed class LiveStashOptions
{
    /// <summary>The default of <see cref="TimeToLive"/>: 30 minutes.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromMinutes(30);

    /// <summary>The default of <see cref="EngineTimeout"/>: 2 seconds.</summary>
    public static readonly TimeSpan DefaultEngineTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The default of <see cref="RecoveryPatience"/>: 20 seconds.</summary>
    public static readonly TimeSpan DefaultRecoveryPatience = TimeSpan.FromSeconds(20);

    /// <summary>The default of <see cref="MaxStashBytes"/>: 256 KiB.</summary>
    public const int DefaultMaxStashBytes = 256 * 1024;

    /// <summary>
    /// How long a stash is kept after its page was last connected. An open page never expires: it is kept alive every
    /// quarter of this. Default 30 minutes. Longer keeps more stashes of closed tabs; shorter gives a sleeping phone less time.
    /// </summary>
    public TimeSpan TimeToLive { get; set; } = DefaultTimeToLive;

    /// <summary>
    /// How long any call to an engine may take before the page goes on with <see cref="StashOutcome.Unavailable"/>. Default 2 seconds. A
    /// call to the browser may take longer on a slow link: four of its round trips, or twice what was too short before, at most 30 seconds.
    /// </summary>
    public TimeSpan EngineTimeout { get; set; } = DefaultEngineTimeout;

    /// <summary>
    /// How long a page that has something saved waits for an engine that cannot be asked: it is shown as prerendered, and inert.
    /// Before that it waits as long for the browser to tell its tag. After that it starts with status Error and its initial values, and
    /// gets what is saved late. Default 20 seconds; zero does not wait for the engine, and for the browser as long as
    /// <see cref="EngineTimeout"/>.
    /// </summary>
    public TimeSpan RecoveryPatience { get; set; } = DefaultRecoveryPatience;

    /// <summary>
    /// The largest stash of one tab in bytes: serialized values plus one byte for each character of a name. Default 256 KiB.
    /// A larger one is refused as <see cref="StashOutcome.TooLarge"/> and the content before it is kept.
    /// </summary>
    public int MaxStashBytes { get; set; } = DefaultMaxStashBytes;

    /// <summary>The largest number of entries (saved properties) of one tab. Default 4,096.</summary>
    public int MaxStashEntries { get; set; } = StashLimits.DefaultMaxEntries;

    /// <summary>The name of the engine a page uses. Set by the builder (<c>memory</c> at first); one of the registered names.</summary>
    public string Engine { get; set; } = StashEngineNames.Memory;

    /// <summary>
    /// How values are serialized. Default: System.Text.Json's defaults for general use, with public fields, so that tuples
    /// survive, and with NaN and infinities. Set <see cref="System.Text.Json.JsonSerializerOptions.TypeInfoResolver"/> to use source-generated contexts.
    /// </summary>
    public JsonSerializerOptions JsonSerializerOptions { get; set; } = new()
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    internal StashLimits Limits => new(MaxStashBytes, MaxStashEntries);
}
