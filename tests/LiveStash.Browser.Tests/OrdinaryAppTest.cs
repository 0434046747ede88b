using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A test with pages of the ordinary app, behind a link of their own that can be slow, cut and healed.</summary>
public abstract class OrdinaryAppTest : BrowserTest
{
    private readonly OrdinaryAppServer _shared;

    private protected OrdinaryAppTest(OrdinaryAppServer shared, ITestOutputHelper output)
        : base(shared.Chromium, shared.Log, output)
    {
        _shared = shared;
        Link = new(shared.Server.Port);
    }

    private protected override ServerProcess Server => _shared.Server;

    private protected TcpProxy Link { get; }

    /// <inheritdoc />
    public override async Task DisposeAsync()
    {
        // Also where the test has failed: the next one begins with an engine that works.
        if (_shared.IsUnsteady)
        {
            await Server.PostAsync("/engine/on");
        }

        await base.DisposeAsync();
        await Link.DisposeAsync();
    }

    /// <summary>Opens a page in a tab of a new visitor.</summary>
    private protected virtual async Task<OrdinaryPage> OpenAsync(string path)
    {
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder)).Page, () => Link.Address);
        await page.OpenAsync(path);
        return page;
    }

    /// <summary>The connection is away until the server has given the circuit up; then the page comes back.</summary>
    private protected async Task LoseAsync(OrdinaryPage page)
    {
        var circuit = await page.CircuitAsync();
        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);
    }

    /// <summary>The connection goes away, and the page knows.</summary>
    private protected async Task CutAsync(OrdinaryPage page)
    {
        await Link.CutAsync();
        await page.Page.WaitForFunctionAsync("sessionStorage.getItem('livestash:lost') !== null");
    }

    /// <summary>Waits until the server has given up every circuit.</summary>
    private protected Task NoCircuitIsLeftAsync() => UntilAsync(async () => int.Parse((await Server.GetAsync("/circuits")).Text, CultureInfo.InvariantCulture) == 0);

    /// <summary>Has the engine answer again, and waits until it has been asked: what it says is on its way to the browser then.</summary>
    /// <param name="delay">How many milliseconds it takes for that.</param>
    private protected async Task AnswerAsync(int delay = 0)
    {
        var before = await AnswersAsync();
        await Server.PostAsync($"/engine/on?delay={delay}");
        await UntilAsync(async () => await AnswersAsync() > before);

        async Task<int> AnswersAsync() => int.Parse((await Server.GetAsync("/engine/answers")).Text, CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for something that happens in the server.</summary>
    private protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(StashPage.Patience);
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), timeout.Token);
        }
    }

    /// <summary>Waits for a line of the server's log.</summary>
    private protected Task LogsAsync(int since, string text) =>
        UntilAsync(() => Task.FromResult(Log.ServerSince(since).Any(line => line.Contains(text, StringComparison.Ordinal))));

    /// <summary>Lines of LiveStash in the server's log, warnings and worse.</summary>
    private protected async Task<IReadOnlyList<string>> ProblemsAsync(int since) => [.. (await ServerProblemsAsync(since)).Where(static line => line.Contains(" LiveStash.", StringComparison.Ordinal))];

    /// <summary>Has the app start Blazor itself, with options. Runs in each document before its own scripts.</summary>
    private protected static string StartsWith(string reconnectionOptions) =>
        $$"""
        new MutationObserver((_, observer) => {
          const script = document.querySelector('script[src*="blazor.web"]');
          if (script) {
            observer.disconnect();
            script.setAttribute('autostart', 'false');
            script.addEventListener('load', () => Blazor.start({ circuit: { reconnectionOptions: {{reconnectionOptions}} } }));
          }
        }).observe(document, { childList: true, subtree: true });
        """;
}
