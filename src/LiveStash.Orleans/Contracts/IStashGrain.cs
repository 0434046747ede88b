using Orleans.Metadata;

namespace LiveStash.Orleans.Contracts;

/// <summary>
/// One stash. The key is the text form of a <see cref="StashId"/> that is bound to a session. Internal, since whoever can
/// call it can read the stash; pinned by <c>tests/LiveStash.Orleans.Tests/Contracts/OrleansContracts.txt</c>.
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
