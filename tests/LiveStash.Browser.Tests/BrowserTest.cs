using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Browser contexts of their own for each test.</summary>
public abstract class BrowserTest : IAsyncLifetime
{
    private readonly List<IBrowserContext> _contexts = [];
    private readonly ChromiumFixture _chromium;
    private readonly int _begin;

    private protected BrowserTest(ChromiumFixture chromium, TestLog log, ITestOutputHelper output) =>
        (_chromium, Log, Output, _begin) = (chromium, log, output, log.Mark);

    private protected abstract ServerProcess Server { get; }

    private protected TestLog Log { get; }

    private protected ITestOutputHelper Output { get; }

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public virtual async Task DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        Output.WriteLine(Log.Since(_begin));
    }

    /// <summary>A tab of a visitor who has never been here.</summary>
    private protected async Task<StashPage> NewVisitorAsync(params string[] scripts)
    {
        var context = await _chromium.Browser.NewContextAsync();
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

    /// <summary>Opens a page in a tab of a new visitor.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="page">Page and query, as in <c>counter?scope=tab</c>.</param>
    private protected async Task<StashPage> OpenAsync(string engine, string page)
    {
        var tab = await NewVisitorAsync();
        await tab.OpenAsync(PathOf(page, engine));
        return tab;
    }

    private protected static string PathOf(string page, string engine) =>
        page.Split('?', 2) is [var name, var query] ? $"/{name}/{engine}?{query}" : $"/{page}/{engine}";

    /// <summary>Exactly one line since the mark is a warning, of LiveStash, and none ever held any of the secrets.</summary>
    private protected async Task AssertOneWarningAsync(int since, IEnumerable<string> secrets)
    {
        Assert.StartsWith("warn: LiveStash.", Assert.Single(await ServerProblemsAsync(since)), StringComparison.Ordinal);
        var log = string.Join('\n', Log.ServerSince());
        // Tags and tokens; not the marks of a letter that lie beside them.
        var hidden = secrets.Where(static secret => secret.Length >= 16).ToArray();
        Assert.NotEmpty(hidden);
        Assert.All(hidden, secret => Assert.DoesNotContain(secret[..16], log, StringComparison.Ordinal));
    }

    /// <summary>The running server's warnings and worse since a mark, to the last one.</summary>
    private protected async Task<IReadOnlyList<string>> ServerProblemsAsync(int since)
    {
        await Server.LogIsCompleteAsync();
        return Log.ServerProblemsSince(since);
    }

    private async Task<StashPage> NewTabAsync(IBrowserContext context) => new(await context.NewPageAsync(), Server.Address);
}
