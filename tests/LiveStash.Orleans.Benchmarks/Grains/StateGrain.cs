using Orleans.Concurrency;
using Orleans.Runtime;

namespace LiveStash.Orleans.Benchmarks.Grains;

internal sealed class StateGrain([PersistentState("state", StateGrain.StorageName)] IPersistentState<StateGrain.Content> state) : Grain, IStateGrain
{
    /// <summary>The name of the storage.</summary>
    public const string StorageName = "Baseline";

    public async ValueTask PutAsync(Immutable<byte[]> value)
    {
        state.State.Value = value.Value;
        await state.WriteStateAsync();
    }

    /// <summary>What is stored.</summary>
    [GenerateSerializer, Alias("LiveStash.Benchmarks.StateGrain.Content")]
    internal sealed class Content
    {
        [Id(0)]
        public byte[] Value { get; set; } = [];
    }
}
