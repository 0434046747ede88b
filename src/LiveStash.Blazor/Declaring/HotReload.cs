using System.Reflection.Metadata;
using LiveStash.Declaring;

[assembly: MetadataUpdateHandler(typeof(HotReload))]

namespace LiveStash.Declaring;

/// <summary>A component may have got or lost a <c>[Stash]</c> property by an edit that <c>dotnet watch</c> has put into the running app.</summary>
internal static class HotReload
{
    /// <summary>Called by the runtime.</summary>
    /// <param name="updatedTypes">Not looked at: what is made anew is cheap.</param>
    public static void ClearCache(Type[]? updatedTypes)
    {
        StashPlan.ClearCache();
        StashProxy.ClearCache();
        Comparing.EditedModel.ClearCache();
    }
}
