using LiveStash;
using Microsoft.Extensions.Options;

namespace Showcase.Hosting;

/// <summary>The engines that this host has registered, in the order of their registration.</summary>
public sealed class EngineCatalog(IEnumerable<StashEngineRegistration> registrations, IOptions<ShowcaseOptions> options)
{
    /// <summary>The engines' names.</summary>
    public IReadOnlyList<string> Names { get; } = [.. registrations.Select(registration => registration.Name)];

    /// <summary>See <see cref="ShowcaseOptions.HostSummary"/>.</summary>
    public string HostSummary => options.Value.HostSummary;

    /// <summary>Whether this host has the engine.</summary>
    public bool Has(string engine) => Names.Contains(engine, StringComparer.Ordinal);

    /// <summary>What the host says about an engine; <see langword="null"/> when it says nothing.</summary>
    public EngineText? TextOf(string engine) => options.Value.Engines.TryGetValue(engine, out var text) ? text : null;
}
