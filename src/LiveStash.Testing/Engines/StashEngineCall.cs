using System.Text;

namespace LiveStash.Testing;

/// <summary>One call that a <see cref="FaultyStashEngine"/> got.</summary>
/// <param name="Method">What was called.</param>
/// <param name="Id">The stash, as the engine knows it.</param>
/// <param name="Write">What was to be written; <see langword="null"/> for all but <see cref="StashEngineMethod.Write"/>.</param>
/// <param name="Mode">What an <see cref="StashEngineMethod.Open"/> was for.</param>
public sealed record StashEngineCall(StashEngineMethod Method, StashId Id, StashWrite? Write = null, StashOpenMode? Mode = null)
{
    /// <summary>
    /// What became of it, whether or not that was answered; <see langword="null"/> while it is under way, and where it ended with
    /// <see cref="FaultyStashEngine.Throws"/>.
    /// </summary>
    public StashOutcome? Outcome { get; internal set; }

    /// <summary>For the message of a test that fails: the call with the values in it.</summary>
    public override string ToString()
    {
        var write = Write is null ? "" : $" epoch {Write.Epoch} on {Write.BaseVersion} {(Write.Replace ? "replace " : "")}{string.Join(", ", Write.Changed.Select(static entry => $"{entry.Name.Split('/')[^1]}={Encoding.UTF8.GetString(entry.Value.Span)}"))}";
        return $"{Id.ToString()[..4]} {Method} {Mode}{write}: {Outcome}";
    }
}
