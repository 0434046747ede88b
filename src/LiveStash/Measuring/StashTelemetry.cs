using System.Diagnostics.Metrics;

namespace LiveStash.Measuring;

/// <summary>
/// The words of all instruments: their meter, their tags, and the values of these. Each tag has few values, and none of them tells
/// of a user or of a stash.
/// </summary>
internal static class StashTelemetry
{
    /// <summary>The meter of every instrument, in whichever package it is.</summary>
    public const string Name = "LiveStash";

    /// <summary>An engine of the host, by its name.</summary>
    public const string Engine = "livestash.engine";

    public const string Status = "livestash.status";

    public const string Outcome = "livestash.outcome";

    public const string Durability = "livestash.durability";

    public const string Reason = "livestash.reason";

    public const string Operation = "livestash.operation";

    public const string Kind = "livestash.kind";

    public const string Direction = "livestash.direction";

    /// <summary>What succeeded.</summary>
    public const string Ok = "ok";

    /// <summary>What did not.</summary>
    public const string Failed = "failed";

    /// <summary>Of something that takes from a fraction of a millisecond to an engine's time-out, with one bound at each budget of a page.</summary>
    public static InstrumentAdvice<double> Seconds { get; } =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30] };

    public static string Of(StashOutcome outcome) => outcome switch
    {
        StashOutcome.Ok => Ok,
        StashOutcome.NotFound => "not_found",
        StashOutcome.Superseded => "superseded",
        StashOutcome.TooLarge => "too_large",
        StashOutcome.VersionMismatch => "version_mismatch",
        StashOutcome.Unavailable => "unavailable",
        _ => "unserializable",
    };

    public static string Of(StashDurability? durability) => durability switch
    {
        null => "default",
        StashDurability.Memory => "memory",
        StashDurability.WriteBehind => "write_behind",
        _ => "write_through",
    };
}
