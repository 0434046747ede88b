using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What has to happen within a time. These tests have the machine for themselves.</summary>
[Collection(nameof(Alone))]
public sealed class DeadlineTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExitWithin = TimeSpan.FromSeconds(2);

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_ServerKilled_StateIsBackWithin5Seconds(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(7);

        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered, BackWithin - Server.ListeningFor);
        await page.CountsOnFromAsync(7);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_ServerAwayFor20Seconds_PageIsBackWithin5Seconds(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(3);

        await Server.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System); // the outage itself, not a wait for something
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered, BackWithin - Server.ListeningFor);
        await page.CountsOnFromAsync(3);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Terminate_WithALivePage_ProcessExitsWithin2SecondsAndThePageComesBack(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(3);

        var exit = await Server.TerminateAsync();
        Output.WriteLine($"The server exited {exit.TotalMilliseconds:F0} ms after SIGTERM.");
        await Server.StartAsync();

        var outlives = EngineUnderTest.Named(engine).OutlivesServer;
        await page.HasStatusAsync(outlives ? StashPageStatus.Recovered : StashPageStatus.NotFound, BackWithin - Server.ListeningFor);
        await page.CountsOnFromAsync(outlives ? 3 : 0);
        Assert.InRange(exit, TimeSpan.Zero, ExitWithin);
    }
}
