namespace Showcase.Hosting;

/// <summary>What the home page says about an engine.</summary>
/// <param name="Place">Where it keeps the state.</param>
/// <param name="Survives">What the state survives.</param>
/// <param name="LostWith">What it does not survive.</param>
public sealed record EngineText(string Place, string Survives, string LostWith);
