namespace LiveStash.Hosting;

/// <summary>Remembers among the services which engine was chosen; the last one counts.</summary>
internal sealed record StashEngineChoice(string Name);
