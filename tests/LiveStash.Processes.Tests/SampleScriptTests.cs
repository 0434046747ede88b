using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Pages;
using LiveStash.Processes.Tests.Hosting;
using Microsoft.Playwright;

namespace LiveStash.Processes.Tests;

/// <summary>The script that a newcomer starts, and the button that kills what it has started.</summary>
public sealed class SampleScriptTests(BrowserFixture chromium) : IClassFixture<BrowserFixture>
{
    private const string Kill = "Kill this server";

    [Fact]
    public async Task KillThisServer_ScriptStartsItAgain_StashedBoardIsThereAndPlainOneIsEmpty()
    {
        var keys = Directory.CreateTempSubdirectory();
        await using var showcase = SampleProgram.Showcase(keys.FullName);
        await showcase.IsUpAsync();
        var page = await OpenAsync(showcase.Address, "/tic-tac-toe/orleans+browser");
        await page.PlayAsync("Stashed board", 1, 1, "X");
        await page.PlayAsync("Plain board", 2, 2, "X");
        await page.HasSavedAsync("X........");
        var process = page.Page.Locator(".site-foot code");
        var killed = await process.TextContentAsync();

        await page.ClickAsync(Kill);

        await Assertions.Expect(process).Not.ToHaveTextAsync(killed!);
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasMarkAsync("Stashed board", 1, 1, "X");
        await page.HasMarkAsync("Plain board", 2, 2, "");
        Assert.Equal(0, await showcase.StopAsync());
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(showcase.Address));
        keys.Delete(recursive: true);
    }

    [Fact]
    public async Task KillThisServer_HostStartedWithoutTheScript_HasNoSuchButton()
    {
        await using var host = new NodeProcess("embedded", BuildOutput.EmbeddedSample, "/healthz", 0, 0, []);
        host.Start();
        await host.IsReadyAsync();

        var page = await OpenAsync(host.Address, "/tic-tac-toe/memory");

        await Assertions.Expect(page.Page.GetByText("Try to lose it")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = Kill })).ToHaveCountAsync(0);
    }

    private async Task<StashPage> OpenAsync(Uri server, string path)
    {
        var page = new StashPage(await chromium.Server.Browser.NewPageAsync(), server);
        await page.OpenAsync(path);
        return page;
    }
}
