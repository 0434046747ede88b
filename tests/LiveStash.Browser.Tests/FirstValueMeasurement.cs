using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>
/// From "the link is there again", or "the restarted server listens", to the first right value on the screen, prerendered or not, and
/// how often another one was there before. Not part of the normal run; bash tests/measure-recovery.sh runs it.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Category", "Measure")]
public abstract class FirstValueMeasurement : OrdinaryAppTest
{
    private const int Runs = 5;
    private const string Counted = "Current count: 3";

    private protected FirstValueMeasurement(OrdinaryAppServer shared, ITestOutputHelper output)
        : base(shared, output)
    {
    }

    /// <summary>Loses the circuit, and lets the page come back.</summary>
    /// <returns>Since when it can.</returns>
    private protected abstract Task<DateTimeOffset> LoseAsync();

    private protected async Task MeasureAsync(string what)
    {
        foreach (var roundTrip in new[] { 0, 120 })
        {
            Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
            var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder, FirstValues.Recorder)).Page, () => Link.Address);
            await page.OpenAsync("/counter");
            for (var count = 0; count < 3; count++)
            {
                await page.Page.Locator("button.btn").ClickAsync();
                await page.Page.GetByText($"Current count: {count + 1}").WaitForAsync();
            }

            var (times, others) = (new TimeSpan[Runs], 0);
            for (var run = 0; run < Runs; run++)
            {
                var circuit = await page.CircuitAsync();
                var since = await LoseAsync();
                await page.IsInAnotherCircuitAsync(circuit);
                await page.Page.GetByText(Counted).WaitForAsync();
                var first = Array.IndexOf(await page.ValuesAsync(), Counted);
                times[run] = (await page.TimesAsync())[first] - since;
                others += first > 0 ? 1 : 0;
            }

            Array.Sort(times);
            var (p50, p95) = (RecoveryMeasurement.Percentile(times, 50), RecoveryMeasurement.Percentile(times, 95));
            Output.WriteLine($"measured: {what}, round trip {roundTrip,3} ms, {Runs} runs: first right value p50 {p50.TotalMilliseconds,5:F0} p95 {p95.TotalMilliseconds,5:F0} ms; another value before it in {others}");
            await page.Page.CloseAsync();
        }
    }
}

/// <summary>The circuit is lost, the server stays: what was saved is there when the page is prerendered.</summary>
/// <param name="shared">The app.</param>
/// <param name="output">Where the figures go.</param>
public sealed class FirstValueAfterALossMeasurement(ReloadingApp shared, ITestOutputHelper output) : FirstValueMeasurement(shared, output), IClassFixture<ReloadingApp>
{
    [Fact]
    public Task FirstValue_AfterALostCircuit_IsMeasured() => MeasureAsync("circuit lost, engine memory");

    private protected override async Task<DateTimeOffset> LoseAsync()
    {
        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        var since = TimeProvider.System.GetUtcNow();
        Link.Heal();
        return since;
    }
}

/// <summary>kill -9: what was saved is in the tab alone, and comes with the circuit.</summary>
/// <param name="shared">The app.</param>
/// <param name="output">Where the figures go.</param>
public sealed class FirstValueAfterAKillMeasurement(CopyingApp shared, ITestOutputHelper output) : FirstValueMeasurement(shared, output), IClassFixture<CopyingApp>
{
    [Fact]
    public Task FirstValue_AfterAKilledServer_IsMeasured() => MeasureAsync("kill -9, engine memory with the tab's copy");

    private protected override async Task<DateTimeOffset> LoseAsync()
    {
        await Server.KillAsync();
        await Server.StartAsync(warm: false);
        return Server.ListeningSince;
    }
}
