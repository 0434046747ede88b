using LiveStash.Browser.Tests.Browsing;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>One server of the ordinary app and one Chromium for the tests of a class.</summary>
/// <param name="settings">Arguments for the host.</param>
public abstract class OrdinaryAppServer(params string[] settings) : IAsyncLifetime
{
    /// <summary>The browser.</summary>
    public ChromiumFixture Chromium { get; } = new();

    /// <summary>Whether tests can switch its engine off.</summary>
    internal bool IsUnsteady { get; } = settings.Contains("--Unsteady=true");

    internal TestLog Log { get; } = new();

    internal ServerProcess Server { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Server = new(HostProject.OrdinaryApp, Log, settings);
        await Task.WhenAll(Server.StartAsync(), Chromium.InitializeAsync());
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Server.DisposeAsync();
    }
}
