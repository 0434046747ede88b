using System.Text.Json;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A tab that crashes, as one that runs out of memory or is killed in the background does.</summary>
public sealed class TornAwayTests(PatientApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<PatientApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Tab_CrashesAndIsLoadedAgain_IsThereAgainAndAfterThatAReloadStartsAnew(int roundTrip)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var page = await OpenCountedAsync();
        var devtools = await CrashAsync(page);

        await NavigateAsync(devtools, "/counter");
        await CountsAsync(devtools, 1);
        await devtools.SendAsync("Page.reload");
        await CountsAsync(devtools, 0);
    }

    /// <summary>A page without a circuit, as one to sign in, uses nothing up.</summary>
    [Fact]
    public async Task Tab_CrashesAndAnotherPageWithoutACircuitIsOpenedFirst_IsThereAgain()
    {
        var devtools = await CrashAsync(await OpenCountedAsync());

        await NavigateAsync(devtools, "/static");
        await IsTrueAsync(devtools, "window.LiveStash !== undefined && document.querySelector('h1').textContent === 'Static'");
        await NavigateAsync(devtools, "/counter");

        await CountsAsync(devtools, 1);
    }

    [Fact]
    public async Task Tab_CrashesAndIsLoadedAgainBeforeItsCircuitHasAsked_IsThereAgain()
    {
        var devtools = await CrashAsync(await OpenCountedAsync());

        Link.RoundTrip = TimeSpan.FromSeconds(2); // two of them from the script to the question
        await NavigateAsync(devtools, "/counter");
        await IsTrueAsync(devtools, "window.LiveStash !== undefined && (window.isBefore = true)");
        await devtools.SendAsync("Page.reload");
        await IsTrueAsync(devtools, "window.isBefore === undefined");
        Link.RoundTrip = TimeSpan.Zero;

        await CountsAsync(devtools, 1);
    }

    /// <summary>The mark that the original is there is copied with it, and is no loss of the copy's.</summary>
    [Fact]
    public async Task Tab_DuplicatedIntoAPageWithoutACircuit_TheCopyHasLostNothing()
    {
        var page = await OpenCountedAsync();
        var tab = await page.Page.EvaluateAsync<string>(Tab);

        var copy = await page.Page.RunAndWaitForPopupAsync(() => page.Page.EvaluateAsync("window.open('/static')"));
        await copy.WaitForFunctionAsync($"tab => window.LiveStash && {Tab} && {Tab} !== tab", tab);
        var counter = new OrdinaryPage(copy, () => Link.Address);
        await counter.OpenAsync("/counter");

        await Assertions.Expect(copy.Locator("[role=status]").GetByText("Current count")).ToHaveTextAsync("Current count: 0");
    }

    private const string Tab = "sessionStorage.getItem('livestash:tab')";

    private async Task<OrdinaryPage> OpenCountedAsync()
    {
        var page = await OpenAsync("/counter");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(page.Page.Locator("[role=status]").GetByText("Current count")).ToHaveTextAsync("Current count: 1");
        return page;
    }

    /// <summary>Playwright gives a crashed page up; the browser does not.</summary>
    private static async Task<ICDPSession> CrashAsync(OrdinaryPage page)
    {
        var devtools = await page.Page.Context.NewCDPSessionAsync(page.Page);
        var crashed = new TaskCompletionSource();
        page.Page.Crash += (_, _) => crashed.SetResult();
        _ = devtools.SendAsync("Page.crash"); // has no answer
        await crashed.Task.WaitAsync(StashPage.Patience);
        return devtools;
    }

    private Task NavigateAsync(ICDPSession devtools, string path) =>
        devtools.SendAsync("Page.navigate", new() { ["url"] = new Uri(Link.Address, path).ToString() });

    private static Task CountsAsync(ICDPSession devtools, int count) =>
        IsTrueAsync(devtools, $"document.querySelector('[data-circuit]') !== null && document.body.textContent.includes('Current count: {count}')");

    private static Task IsTrueAsync(ICDPSession devtools, string expression) => UntilAsync(async () =>
    {
        JsonElement? answer;
        try
        {
            answer = await devtools.SendAsync("Runtime.evaluate", new() { ["expression"] = expression });
        }
        catch (PlaywrightException exception) when (exception.Message.Contains("navigated or closed", StringComparison.Ordinal) || exception.Message.Contains("default execution context", StringComparison.Ordinal))
        {
            return false; // of the document before, or of none yet
        }

        return answer!.Value.GetProperty("result").TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.True;
    });
}
