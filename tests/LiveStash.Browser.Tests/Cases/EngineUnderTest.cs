using LiveStash.Browser.Tests.Hosting;

namespace LiveStash.Browser.Tests.Cases;

/// <summary>An engine of a host, by the name it has in the showcase's addresses.</summary>
/// <param name="Name">The engine's name.</param>
/// <param name="Host">The host that has it.</param>
/// <param name="OutlivesServer">Whether the state is there again when the only server was killed and started anew.</param>
internal sealed record EngineUnderTest(string Name, HostProject Host, bool OutlivesServer)
{
    /// <summary>All engines. Every test that takes an engine runs with each that fits: add one here and it is tested.</summary>
    public static IReadOnlyList<EngineUnderTest> All { get; } =
    [
        new("memory", HostProject.Embedded, OutlivesServer: false),
        new("browser", HostProject.Embedded, OutlivesServer: true),
        new("memory+browser", HostProject.Embedded, OutlivesServer: true),
    ];

    public static EngineUnderTest Named(string name) => All.Single(engine => engine.Name == name);
}
