using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>A cluster of processes, and a visitor's browser, for each test.</summary>
[Collection(ProcessCollection.Name)]
[Trait("Category", "Processes")]
public abstract class ProcessTest(PostgresFixture postgres, ChromiumFixture chromium, ITestOutputHelper output) : IAsyncLifetime
{
    private protected const string Counter = "/counter/orleans";

    private IBrowserContext? _visitor;

    private protected ProcessCluster Cluster { get; private set; } = default!;

    private protected PostgresDatabase Database { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Database = await postgres.Server.CreateDatabaseAsync();
        Cluster = new(Database, output);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        await Cluster.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>A tab, on a page at an address.</summary>
    private protected async Task<StashPage> OpenAsync(Uri server, string path = Counter)
    {
        if (_visitor is null)
        {
            _visitor = await chromium.Browser.NewContextAsync();
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

    /// <summary>Stashes that are there, each with an owner who writes on.</summary>
    private protected async Task<LoadWriter> CreateStashesAsync(int count, TimeSpan? timeToLive = null)
    {
        var writer = new LoadWriter(await Cluster.ConnectAsync(), count, new(timeToLive ?? TimeSpan.FromMinutes(30)));
        for (var attempt = 1; attempt == 1 || writer.Failures.Count > 0; attempt++)
        {
            // The first calls of new processes may take longer than the engine waits.
            Assert.True(attempt <= 3, string.Join(Environment.NewLine, writer.Failures));
            writer.Failures.Clear();
            await writer.CreateAsync();
        }

        return writer;
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

    private protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00 's'", CultureInfo.InvariantCulture);
}
