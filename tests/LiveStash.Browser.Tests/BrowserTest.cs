using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A server and a browser context of their own for each test.</summary>
public abstract class BrowserTest(ChromiumFixture chromium, ITestOutputHelper output) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    private readonly List<IBrowserContext> _contexts = [];
    private ServerProcess? _server;

    private protected ServerProcess Server => _server ?? throw new InvalidOperationException("Start a server first.");

    private protected TestLog Log { get; } = new();

    private protected ITestOutputHelper Output => output;

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        output.WriteLine(Log.ToString());
    }

    /// <summary>Starts the host that has the engine.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="settings">Arguments for the host, as in <c>--Showcase:TokenProtection=Sign</c>.</param>
    private protected async Task StartServerAsync(string engine, params string[] settings)
    {
        _server = new(EngineUnderTest.Named(engine).Host, Log, settings);
        await _server.StartAsync();
    }

    /// <summary>A tab of a visitor who has never been here.</summary>
    private protected async Task<StashPage> NewVisitorAsync(params string[] scripts)
    {
        var context = await chromium.Browser.NewContextAsync();
        _contexts.Add(context);
        context.Console += (_, message) => Log.AddPage($"{message.Type}: {message.Text}");
        context.WebError += (_, error) => Log.AddPage($"exception: {error.Error}");
        await context.AddInitScriptAsync(PageRecorder.Script);
        foreach (var script in scripts)
        {
            await context.AddInitScriptAsync(script);
        }

        return await NewTabAsync(context);
    }

    /// <summary>An ordinary new tab of the same visitor.</summary>
    private protected Task<StashPage> NewTabAsync(StashPage other) => NewTabAsync(other.Page.Context);

    /// <summary>Starts the host of the engine and opens one of its pages in a tab of a new visitor.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="page">Page and query, as in <c>counter?scope=tab</c>.</param>
    private protected async Task<StashPage> StartAsync(string engine, string page)
    {
        await StartServerAsync(engine);
        var tab = await NewVisitorAsync();
        await tab.OpenAsync(PathOf(page, engine));
        return tab;
    }

    private protected static string PathOf(string page, string engine) =>
        page.Split('?', 2) is [var name, var query] ? $"/{name}/{engine}?{query}" : $"/{page}/{engine}";

    private async Task<StashPage> NewTabAsync(IBrowserContext context) => new(await context.NewPageAsync(), Server.Address);
}
