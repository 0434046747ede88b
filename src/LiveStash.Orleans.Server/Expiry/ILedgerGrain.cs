using Orleans;
using Orleans.Concurrency;
using Orleans.Metadata;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>Lists stashes that storage may have rows of, so that none is forgotten there. Internal, and pinned with the other contracts.</summary>
[Alias("LiveStash.ILedgerGrain"), DefaultGrainType(LedgerGrain.TypeName)]
internal interface ILedgerGrain : IGrainWithStringKey
{
    /// <summary>Lists a stash, before its row is made. Calls that come together share one storage write. Again does no harm.</summary>
    /// <param name="key">Of the stash's grain.</param>
    /// <param name="left">Until it expires, as far as is known now: when to ask it.</param>
    /// <returns><see langword="null"/> when it is listed; otherwise why that is not known, for an operator.</returns>
    [Alias("List"), AlwaysInterleave]
    ValueTask<string?> ListAsync(string key, TimeSpan left);
}
