using Orleans.Metadata;

namespace LiveStash.Orleans.Contracts;

/// <summary>
/// One stash. See <see cref="StashAddress"/> for its key, and for the secret without which every call is refused. Internal, and
/// pinned by <c>tests/LiveStash.Orleans.Tests/Contracts/OrleansContracts.txt</c>.
/// </summary>
[Alias("LiveStash.IStashGrain"), DefaultGrainType(StashAddress.TypeName)]
internal interface IStashGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="IStashEngine.OpenAsync"/>
    [Alias("Open")]
    ValueTask<WireOpened> OpenAsync(WireOpen call);

    /// <inheritdoc cref="IStashEngine.WriteAsync"/>
    [Alias("Write")]
    ValueTask<WireResult> WriteAsync(WireWrite call);

    /// <inheritdoc cref="IStashEngine.TouchAsync"/>
    [Alias("Touch")]
    ValueTask<WireResult> TouchAsync(WireTouch call);

    /// <inheritdoc cref="IStashEngine.ClearAsync"/>
    [Alias("Clear")]
    ValueTask<WireResult> ClearAsync(WireClear call);
}
