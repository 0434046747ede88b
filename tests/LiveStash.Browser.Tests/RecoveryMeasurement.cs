using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>
/// From "the restarted server listens" to "the page is on the screen again", without a click. Not part of the normal run;
/// bash tests/measure-recovery.sh runs it and prints the figures.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Category", "Measure")]
public sealed class RecoveryMeasurement(ChromiumFixture chromium, ITestOutputHelper output) : OwnServerTest(chromium, output)
{
    private const int Runs = 10;
    private const int Counted = 7;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Recovery_Of10KilledServers_P95IsWithin1Second()
    {
        await StartServerAsync("browser");
        var stashed = await NewVisitorAsync();
        await stashed.OpenAsync("/counter/browser");
        await stashed.CountToAsync(Counted);
        var recovery = await MeasureAsync(stashed, new("Recovered", $"{Counted}", 0));
        await stashed.Page.CloseAsync();

        var plain = await NewVisitorAsync();
        await plain.Page.GotoAsync(new Uri(Server.Address, "/plain").ToString());
        var comeback = await MeasureAsync(plain, new("Interactive", "0", 0));
        await plain.Page.CloseAsync();

        // The same page without the library's script: Blazor's own reconnecting.
        var bare = await NewVisitorAsync();
        await bare.Page.RouteAsync("**/LiveStash.Blazor*.lib.module.js", route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = "export {};" }));
        await bare.Page.GotoAsync(new Uri(Server.Address, "/plain").ToString());
        var builtIn = await MeasureAsync(bare, new("Interactive", "0", 0));

        Print($"{Runs} runs each: kill -9, start, milliseconds from the first accepted connection to the DOM that shows it.");
        Print("page              what is on the screen then                            p50    p95    max");
        Print("/counter/browser", "the stashed count, status Recovered", recovery);
        Print("/plain", "count lost, brought back by the library's script", comeback);
        Print("/plain", "count lost, Blazor alone (script replaced by nothing)", builtIn);
        Assert.InRange(Percentile(recovery, 95), TimeSpan.Zero, Limit);
    }

    private async Task<TimeSpan[]> MeasureAsync(StashPage page, Render expected)
    {
        await page.IsAnotherDocumentAsync("");
        var times = new TimeSpan[Runs];
        for (var run = 0; run < Runs; run++)
        {
            var document = await page.DocumentAsync();
            await Server.KillAsync();
            await Server.StartAsync(warm: false);
            await page.IsAnotherDocumentAsync(document, TimeSpan.FromSeconds(90));
            var first = (await page.RendersAsync())[0];
            Assert.Equal(expected with { At = first.At }, first);
            times[run] = DateTimeOffset.UnixEpoch.AddMilliseconds(first.At) - Server.ListeningSince;
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>By the nearest rank: of ten, the 95th is the largest.</summary>
    internal static TimeSpan Percentile(TimeSpan[] sorted, int percent) => sorted[(int)Math.Ceiling(sorted.Length * percent / 100.0) - 1];

    private void Print(string page, string what, TimeSpan[] sorted) =>
        Print($"{page,-18}{what,-54}{Percentile(sorted, 50).TotalMilliseconds,6:F0} {Percentile(sorted, 95).TotalMilliseconds,6:F0} {sorted[^1].TotalMilliseconds,6:F0}");

    private void Print(string line) => Output.WriteLine("measured: " + line);
}
