namespace LiveStash.Orleans.Contracts;

/// <summary>
/// Names one call of an engine. An engine that gets no answer sends the call again under the same name, so that the grain can
/// tell a repetition from a new call, and one that was overtaken on its way from the latest.
/// </summary>
/// <param name="Sender">The engine, by a random number.</param>
/// <param name="Number">Rises with every call of the engine.</param>
[GenerateSerializer, Immutable, Alias("LiveStash.Call")]
internal readonly record struct WireCall([property: Id(0)] long Sender, [property: Id(1)] long Number)
{
    /// <summary>Whether there is a name: a caller of another version may send none.</summary>
    public bool IsNamed => Number > 0;
}
