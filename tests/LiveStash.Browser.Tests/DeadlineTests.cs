using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What has to happen within a time. These tests have the machine for themselves.</summary>
[Collection(nameof(Alone))]
public sealed class DeadlineTests(ChromiumFixture chromium, ITestOutputHelper output) : OwnServerTest(chromium, output)
{
    /// <summary>A clock that can be put forward, with an end to the wait for the next attempt, as coming online has it.</summary>
    private const string FastForward =
        """
        (() => {
          const now = performance.now.bind(performance);
          let ahead = 0;
          performance.now = () => now() + ahead;
          Object.defineProperty(window, '__forward', { value: ms => { ahead += ms; dispatchEvent(new Event('online')); } });
        })();
        """;

    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExitWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(4);

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_ServerKilledTwice_StateIsBackWithin5SecondsEachTime(string engine)
    {
        var page = await StartAsync(engine, "counter");
        await page.CountToAsync(2);

        for (var value = 2; value < 4; value++)
        {
            var document = await page.DocumentAsync();
            await RestartServerAsync();
            await page.IsAnotherDocumentAsync(document, BackWithin - Server.ListeningFor);
            await page.HasStatusAsync(StashPageStatus.Recovered, BackWithin - Server.ListeningFor);
            await page.CountsOnFromAsync(value);
        }
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Restart_ServerAwayFor20Seconds_PageIsBackWithin5Seconds(string engine)
    {
        await StartServerAsync(engine);
        var page = await NewVisitorAsync(FastForward);
        await page.OpenAsync(PathOf("counter", engine));
        await page.CountToAsync(3);

        // The page's clock goes forward from one failed attempt to the next. They come ever slower; without a push the next one is far off.
        using var failed = new SemaphoreSlim(0);
        page.Page.RequestFailed += (_, _) => failed.Release();
        await Server.KillAsync();
        for (var away = TimeSpan.Zero; away < Outage; away += Step)
        {
            await page.Page.EvaluateAsync("ms => __forward(ms)", Step.TotalMilliseconds);
            Assert.True(await failed.WaitAsync(StashPage.Patience));
        }

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
