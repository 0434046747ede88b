namespace LiveStash.Orleans.Contracts;

/// <summary>Where in the cluster a stash is.</summary>
internal static class StashAddress
{
    /// <summary>The grain type's name in grain ids, which are in reminder and storage tables: never to be changed.</summary>
    public const string TypeName = "livestash";
}
