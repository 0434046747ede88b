using System.Diagnostics;
using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Processes.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>The sample for Aspire.</summary>
public sealed class AspireTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : IClassFixture<PostgresFixture>, IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task WebServerThatThePageIsOn_Killed_RecoveredOnTheOther()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(storage: "PostgreSql");
        await using var app = SampleProgram.Aspire(database);
        await app.AreUpAsync(servers: 2);
        var page = new StashPage(await chromium.Server.Browser.NewPageAsync(), app.Address);
        await page.OpenAsync("/counter/orleans");
        await page.CountToAsync(3);
        var server = page.Page.Locator(".site-foot code");
        var killed = await server.TextContentAsync();

        Process.GetProcessById(int.Parse(killed!, CultureInfo.InvariantCulture)).Kill();

        try
        {
            await Assertions.Expect(server).Not.ToHaveTextAsync(killed!);
            await page.HasStatusAsync(StashPageStatus.Recovered);
            await page.CountsOnFromAsync(3);
        }
        finally
        {
            output.WriteLine(await page.Page.EvaluateAsync<string>(
                "JSON.stringify({ at: performance.now(), state: document.readyState, shown: document.body.innerText, kept: { ...sessionStorage } }, null, 1)"));
            output.WriteLine(app.Written);
        }
    }
}
