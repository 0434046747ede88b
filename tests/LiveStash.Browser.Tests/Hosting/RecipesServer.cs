using LiveStash.Browser.Tests.Browsing;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>One server of the recipes and one Chromium for the tests of a class.</summary>
public sealed class RecipesServer : IAsyncLifetime
{
    /// <summary>The browser.</summary>
    public ChromiumFixture Chromium { get; } = new();

    internal TestLog Log { get; } = new();

    internal ServerProcess Server { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Server = new(HostProject.Recipes, Log);
        await Task.WhenAll(Server.StartAsync(), Chromium.InitializeAsync());
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Server.DisposeAsync();
    }
}
