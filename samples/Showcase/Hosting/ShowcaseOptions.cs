namespace Showcase.Hosting;

/// <summary>What a host tells the pages about itself. The pages know no engine; only the host does.</summary>
public sealed class ShowcaseOptions
{
    /// <summary>One sentence on the home page: what kind of host this is.</summary>
    public string HostSummary { get; set; } = "";

    /// <summary>What the home page says about an engine, by its name. An engine without a text is listed by its name alone.</summary>
    public IDictionary<string, EngineText> Engines { get; } = new Dictionary<string, EngineText>(StringComparer.Ordinal);

    /// <summary>Adds the text for an engine. Harmless for a name that the host does not register.</summary>
    /// <param name="engine">The engine's registered name.</param>
    /// <param name="place">Where it keeps the state, as in "In the memory of this server".</param>
    /// <param name="survives">What the state survives.</param>
    /// <param name="lostWith">What it does not survive.</param>
    public ShowcaseOptions Describe(string engine, string place, string survives, string lostWith)
    {
        Engines[engine] = new(place, survives, lostWith);
        return this;
    }
}
