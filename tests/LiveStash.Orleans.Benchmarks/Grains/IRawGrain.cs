using Orleans.Concurrency;

namespace LiveStash.Orleans.Benchmarks.Grains;

/// <summary>What a call of a grain costs at least: nothing of LiveStash is in it.</summary>
[Alias("LiveStash.Benchmarks.IRawGrain")]
internal interface IRawGrain : IGrainWithStringKey
{
    /// <summary>Keeps the bytes. Without a copy, where the caller is in the same process.</summary>
    [Alias("Put")]
    ValueTask PutAsync([Immutable] byte[] value);

    /// <summary>The same, with an answer, as every write of a stash has one.</summary>
    [Alias("PutAnswered")]
    ValueTask<RawAnswer> PutAnsweredAsync([Immutable] byte[] value);

    /// <summary>The bytes that were put last.</summary>
    [Alias("Get")]
    ValueTask<Immutable<byte[]>> GetAsync();
}
