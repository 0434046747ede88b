using System.Text;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>What tests ask an engine for, and do to it, past all faults.</summary>
internal static class EngineContent
{
    /// <summary>What the engine has of a stash, by entry name; <see langword="null"/> for nothing.</summary>
    public static async Task<Dictionary<string, string>?> ContentAsync(this FaultyStashEngine engine, StashId id)
    {
        var opened = await engine.PeekAsync(id);
        return opened.IsOk ? opened.Entries.ToDictionary(entry => entry.Name, entry => Encoding.UTF8.GetString(entry.Value.Span)) : null;
    }

    /// <summary>The engine restores an older backup of a stash.</summary>
    public static async Task RollBackAsync(this FaultyStashEngine engine, StashId id, StashOpenResult snapshot)
    {
        engine.LoseEverything();
        var write = new StashWrite { Epoch = snapshot.Epoch, BaseVersion = snapshot.Version - 1, Replace = true, Changed = snapshot.Entries, Terms = new(TimeSpan.FromMinutes(30)) };
        Assert.Equal(snapshot.Version, (await engine.PutAsync(id, write)).Version);
    }
}
