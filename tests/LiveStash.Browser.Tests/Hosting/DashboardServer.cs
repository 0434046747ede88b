using LiveStash.Browser.Tests.Browsing;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>A server with the dashboard, and one Chromium, for tests that run one after the other.</summary>
public sealed class DashboardServer : IAsyncLifetime
{
    /// <summary>The browser.</summary>
    public ChromiumFixture Chromium { get; } = new();

    internal TestLog Log { get; } = new();

    internal ServerProcess Server { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Server = new(HostProject.Embedded, Log, "--Dashboard:Enabled=true");
        await Task.WhenAll(Server.StartAsync(), Chromium.InitializeAsync());
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Server.DisposeAsync();
    }
}
