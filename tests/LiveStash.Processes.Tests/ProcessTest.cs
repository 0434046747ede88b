using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Processes.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>A cluster of processes, for each test unless they share one, and a visitor's browser.</summary>
public abstract class ProcessTest(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output, SharedCluster? shared = null)
    : IClassFixture<PostgresFixture>, IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private protected const string Counter = "/counter/orleans";

    private IBrowserContext? _visitor;

    private protected ProcessCluster Cluster { get; private set; } = default!;

    private protected PostgresDatabase Database { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Database = shared?.Database ?? await postgres.Server.CreateDatabaseAsync();
        Cluster = shared?.Cluster ?? new(Database, output);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        if (shared is null)
        {
            await Cluster.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    /// <summary>A tab, on a page at an address.</summary>
    private protected async Task<StashPage> OpenAsync(Uri server, string path = Counter)
    {
        if (_visitor is null)
        {
            _visitor = await chromium.Server.Browser.NewContextAsync();
            await _visitor.AddInitScriptAsync(PageRecorder.Script);
        }

        var page = new StashPage(await _visitor.NewPageAsync(), server);
        await page.OpenAsync(path);
        return page;
    }

    /// <summary>
    /// Has servers answer a visitor once. The first answer of a process takes seconds on a machine under load; a server that
    /// takes over for another has been in service before.
    /// </summary>
    private protected async Task WarmUpAsync(params IEnumerable<NodeProcess> servers)
    {
        foreach (var server in servers)
        {
            var page = await OpenAsync(server.Address);
            await page.CountToAsync(1);
            await page.ClickAsync("Reset Stash");
            await page.HasSavedAsync("");
            await page.Page.CloseAsync();
        }
    }

    /// <summary>Loses the circuit of a page, and waits until the page has another document.</summary>
    private protected static async Task LoseCircuitAsync(StashPage page)
    {
        var before = await page.DocumentAsync();
        await page.LoseCircuitAsync();
        await page.Page.WaitForFunctionAsync("before => globalThis.__seen && __seen.document !== before", before);
    }

    /// <summary>How long after a moment the page first showed a status in its present document.</summary>
    private protected static async Task<TimeSpan> TimeToAsync(StashPage page, StashPageStatus status, DateTimeOffset since)
    {
        var render = (await page.RendersAsync()).First(render => render.Status == $"{status}");
        return DateTimeOffset.FromUnixTimeMilliseconds((long)render.At) - since;
    }

    /// <summary>When the browser began to load the page's present document.</summary>
    private protected static async Task<DateTimeOffset> LoadedAtAsync(StashPage page) =>
        DateTimeOffset.FromUnixTimeMilliseconds(await page.Page.EvaluateAsync<long>("Math.round(performance.timeOrigin)"));

    /// <summary>A line of the test's output, with the time.</summary>
    private protected void Note(string text) => output.WriteLine(Now.ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture) + text);

    private protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00 's'", CultureInfo.InvariantCulture);
}
