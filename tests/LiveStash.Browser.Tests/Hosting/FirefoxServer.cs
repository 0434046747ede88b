using LiveStash.Browser.Tests.Browsing.Firefox;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>One server and one Firefox for tests that run one after the other and leave both of them running.</summary>
public sealed class FirefoxServer : IAsyncLifetime
{
    /// <summary>The browser.</summary>
    public FirefoxFixture Firefox { get; } = new();

    internal TestLog Log { get; } = new();

    internal ServerProcess Server { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Server = new(HostProject.Embedded, Log);
        await Task.WhenAll(Server.StartAsync(), Firefox.InitializeAsync());
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Firefox.DisposeAsync();
        await Server.DisposeAsync();
    }
}
