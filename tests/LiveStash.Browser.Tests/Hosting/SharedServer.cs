using LiveStash.Browser.Tests.Browsing;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>One server and one Chromium for tests that run one after the other and leave the server alone.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    /// <summary>The browser.</summary>
    public ChromiumFixture Chromium { get; } = new();

    internal TestLog Log { get; } = new();

    internal ServerProcess Server { get; private set; } = default!;

    /// <summary>The most memory that the server had had when this was first asked, in bytes: what came after cannot hide behind what came before.</summary>
    internal long FirstPeakMemory => field == 0 ? field = Server.PeakMemory : field;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        // Those who make an engine fail wait for the page to give up on it.
        // All others have an engine and a browser that answer, though late where the machine is busy.
        Server = new(HostProject.Embedded, Log, "--LiveStash:RecoveryPatience=00:00:01", "--LiveStash:EngineTimeout=00:00:10");
        await Task.WhenAll(Server.StartAsync(), Chromium.InitializeAsync());
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Server.DisposeAsync();
    }
}
