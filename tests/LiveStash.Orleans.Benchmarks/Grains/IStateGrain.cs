using Orleans.Concurrency;

namespace LiveStash.Orleans.Benchmarks.Grains;

/// <summary>What an app that keeps the same bytes in a grain of its own does.</summary>
[Alias("LiveStash.Benchmarks.IStateGrain")]
internal interface IStateGrain : IGrainWithStringKey
{
    /// <summary>Writes the bytes through to storage.</summary>
    [Alias("Put")]
    ValueTask PutAsync(Immutable<byte[]> value);
}
