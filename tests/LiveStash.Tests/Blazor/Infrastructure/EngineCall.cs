namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>One call that an engine got.</summary>
internal sealed record EngineCall(string Kind, StashId Id, StashWrite? Write = null, StashOpenMode? Mode = null)
{
    public StashOutcome? Outcome { get; set; }

    public override string ToString()
    {
        var write = Write is null ? "" : $" epoch {Write.Epoch} on {Write.BaseVersion} {(Write.Replace ? "replace " : "")}{string.Join(", ", Write.Changed.Select(entry => $"{entry.Name.Split('/')[^1]}={System.Text.Encoding.UTF8.GetString(entry.Value.Span)}"))}";
        return $"{Id.ToString()[..4]} {Kind} {Mode}{write}: {Outcome}";
    }
}
