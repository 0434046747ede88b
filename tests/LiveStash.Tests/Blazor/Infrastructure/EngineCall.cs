namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>One call that an engine got.</summary>
internal sealed record EngineCall(string Kind, StashId Id, StashWrite? Write = null, StashOpenMode? Mode = null)
{
    public StashOutcome? Outcome { get; set; }
}
