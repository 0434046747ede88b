using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A test that stops its server, or needs it set up in a way of its own.</summary>
public abstract class OwnServerTest(ChromiumFixture chromium, ITestOutputHelper output)
    : BrowserTest(chromium, new TestLog(), output), IClassFixture<ChromiumFixture>
{
    private ServerProcess? _server;

    private protected override ServerProcess Server => _server ?? throw new InvalidOperationException("Start a server first.");

    /// <inheritdoc />
    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>Starts the host that has the engine.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="settings">Arguments for the host, as in <c>--Showcase:TokenProtection=Sign</c>.</param>
    private protected async Task StartServerAsync(string engine, params string[] settings)
    {
        _server = new(EngineUnderTest.Named(engine).Host, Log, settings);
        await _server.StartAsync();
    }

    /// <summary>Starts the host of the engine and opens one of its pages in a tab of a new visitor.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="page">Page and query, as in <c>counter?scope=tab</c>.</param>
    private protected async Task<StashPage> StartAsync(string engine, string page)
    {
        await StartServerAsync(engine);
        return await OpenAsync(engine, page);
    }

    /// <summary>kill -9 and a new start.</summary>
    private protected async Task RestartServerAsync()
    {
        await Server.KillAsync();
        await Server.StartAsync();
    }
}
