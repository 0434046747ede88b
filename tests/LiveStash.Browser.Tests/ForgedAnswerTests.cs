using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The server asks the page for its state, and the page's script answers something else, through the hub with its limits.</summary>
public sealed class ForgedAnswerTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output), IClassFixture<SharedServer>
{
    private const string Engine = "browser";

    /// <summary>Blazor's script asks twice for the length that it tells the server, and then for the one that it sends.</summary>
    private const string SaysOneLengthAndSends =
        "loadState: () => ({ token: null, length: 300000 }), streamState: () => { let asked = 0; return { buffer: new ArrayBuffer(64 << 20), byteOffset: 0, get byteLength() { return asked++ < 2 ? 300000 : ";

    private const string FewerThanSaid = SaysOneLengthAndSends + "10; } }; }";
    private const string MoreThanSaid = SaysOneLengthAndSends + "64 << 20; } }; }";

    /// <summary>The hub ends the connection; the page connects again to its circuit.</summary>
    private const string OverTheHubsLimit = "loadState: () => ({ token: 'x'.repeat(1 << 20), length: 1 << 20 })";

    /// <summary>A growth of the server that no answer may cause.</summary>
    private const long MaxGrowth = 128L << 20;

    private (int Mark, long Memory) _before;

    [Theory]
    [InlineData("loadState: () => null")]
    [InlineData("loadState: () => ({ token: null, length: 2147483647 })")]
    [InlineData("loadState: () => ({ token: 'x', length: 2147483647 })")]
    [InlineData("loadState: () => ({ token: 'x'.repeat(20000), length: 20000 })")]
    [InlineData("loadState: () => ({ token: 'x', length: -1 })")]
    [InlineData("loadState: () => ({ token: null, length: 300000 }), streamState: () => new Uint8Array(64 << 20)")]
    [InlineData("loadState: () => ({ token: null, length: 300000 }), streamState: () => new Uint8Array(300000).fill(0xff)")]
    public async Task Load_AnswerIsForged_NotFoundAndThePageWorks(string forged)
    {
        var page = await StartForgingAsync(forged);

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
        await AssertHarmlessAsync(page);
        await page.ReloadAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(1);
    }

    [Theory]
    [InlineData("loadState: () => 7")]
    [InlineData("loadState: () => ({ token: null, length: 1e300 })")]
    [InlineData("loadState: () => ({ token: JSON.parse('['.repeat(5000) + ']'.repeat(5000)), length: 1 })")]
    [InlineData("loadState: () => { throw new Error('No.'); }")]
    [InlineData("loadState: () => ({ token: null, length: 300000 }), streamState: () => null")]
    [InlineData("loadState: () => ({ token: null, length: 300000 }), streamState: () => 7")]
    [InlineData(FewerThanSaid)]
    [InlineData(OverTheHubsLimit)]
    public async Task Load_AnswerCannotBeRead_ErrorAndThePageWorksAndTheStateStays(string forged)
    {
        var page = await StartForgingAsync(forged);

        await page.HasStatusAsync(StashPageStatus.Error);
        await page.HasValueAsync(0);
        await AssertHarmlessAsync(page);
        await page.ReloadAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    [Fact]
    public async Task Load_StreamHoldsMoreThanItSaid_OnlyThisPagesCircuitEndsAndTheStateStays()
    {
        // ASP.NET Core ends the circuit of a page that sends more than it has said.
        var page = await StartForgingAsync(MoreThanSaid, endsCircuit: true);

        await AssertHarmlessAsync(page);
        await page.ReloadAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
    }

    /// <summary>A page that has saved 3, loaded anew with a script that answers otherwise.</summary>
    private async Task<StashPage> StartForgingAsync(string forged, bool endsCircuit = false)
    {
        var page = await NewVisitorAsync(
            $$"""
            if (location.protocol === 'http:' && sessionStorage.getItem('forge')) {
              let own;
              const count = fake => (...args) => { sessionStorage.setItem('forged', Number(sessionStorage.getItem('forged')) + 1); return fake(...args); };
              Object.defineProperty(window, 'LiveStash', {
                get: () => own,
                set: value => {
                  const fakes = { {{forged}} };
                  own = { ...value, ...fakes, loadState: count(fakes.loadState) };
                },
              });
            }
            """);
        await page.OpenAsync(PathOf("counter?scope=tab", Engine));
        await page.CountToAsync(3);
        await page.SetSessionStorageAsync(new Dictionary<string, string> { ["forge"] = "1" });
        _before = (Log.Mark, Shared.FirstPeakMemory);
        if (!endsCircuit)
        {
            await page.ReloadAsync();
            return page;
        }

        await page.Page.RunAndWaitForConsoleMessageAsync(
            () => page.Page.ReloadAsync(),
            new() { Predicate = static message => message.Text.Contains("declared a length 300000", StringComparison.Ordinal) });
        return page;
    }

    /// <summary>The script forged, nothing is worth more than a warning, the server has not grown, and others do not notice.</summary>
    private async Task AssertHarmlessAsync(StashPage page)
    {
        Assert.NotNull((await page.SessionStorageAsync()).GetValueOrDefault("forged"));
        await page.Page.EvaluateAsync("sessionStorage.removeItem('forge')");
        Assert.All(await ServerProblemsAsync(_before.Mark), static line => Assert.StartsWith("warn: LiveStash.", line, StringComparison.Ordinal));
        Assert.InRange(Server.PeakMemory - _before.Memory, 0, MaxGrowth);
        var other = await NewVisitorAsync();
        await other.OpenAsync(PathOf("counter", Engine));
        await other.CountToAsync(1);
    }
}
