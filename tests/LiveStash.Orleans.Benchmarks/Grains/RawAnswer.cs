using Orleans.Concurrency;

namespace LiveStash.Orleans.Benchmarks.Grains;

/// <summary>An answer of a few bytes.</summary>
/// <param name="Version">How often was put.</param>
[GenerateSerializer, Immutable, Alias("LiveStash.Benchmarks.RawAnswer")]
internal readonly record struct RawAnswer([property: Id(0)] long Version);
