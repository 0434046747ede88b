using LiveStash.Orleans.Contracts;
using Orleans;
using Orleans.Metadata;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>A stash as its ledger sees it.</summary>
[Alias("LiveStash.IListedStash"), DefaultGrainType(StashAddress.TypeName)]
internal interface IListedStash : IGrainWithStringKey
{
    /// <summary>Deletes the row of a stash that has expired.</summary>
    /// <returns>
    /// How long the stash has left. <see cref="TimeSpan.Zero"/>: there is no row, and before there is one again the stash gets itself
    /// listed anew. <see langword="null"/>: that cannot be told now.
    /// </returns>
    [Alias("Expire")]
    ValueTask<TimeSpan?> ExpireAsync();
}
