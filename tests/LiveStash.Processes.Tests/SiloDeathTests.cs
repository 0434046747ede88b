using System.Diagnostics;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>A silo apart from the web servers dies, or freezes, while a page has its stash on it.</summary>
[Collection(TimedCollection.Name)]
public sealed class SiloDeathTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    private const int Stashes = 300;

    private static readonly TimeSpan EngineTimeout = LiveStashOptions.DefaultEngineTimeout;

    /// <summary>What loading the page, and a machine under load, add to a time-out.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Kill_OneOfThreeSilosWithWriteThrough_AllRecoveredAndThePageIsBackWithin5Seconds()
    {
        var (page, holder, writer) = await StartAsync();

        var (killed, clock) = (Now, Stopwatch.StartNew());
        await holder.KillAsync();
        await LoseCircuitAsync(page);

        await page.HasStatusAsync(StashPageStatus.Recovered);
        var time = await TimeToAsync(page, StashPageStatus.Recovered, killed);
        var all = await AllRecoveredAsync(writer, clock);
        Note($"One of three silos killed, WriteThrough: the page was back after {Seconds(time)}, all {Stashes} stashes after {Seconds(all)}");
        await page.CountsOnFromAsync(3);
        Assert.True(time < TimeSpan.FromSeconds(5), $"{time}");
    }

    [Fact]
    public async Task Freeze_OneOfThreeSilos_PageIsHeldAndAllIsRecoveredWithin20Seconds()
    {
        var (page, holder, writer) = await StartAsync();
        using var stop = new CancellationTokenSource();
        var load = writer.RunAsync(4, stop.Token);
        await Until.TrueAsync(() => writer.Calls > 2 * Stashes, "the load is on");

        var (frozen, clock) = (Now, Stopwatch.StartNew());
        holder.Freeze();

        // What is clicked shows at once, and is not saved: the call waits in the frozen silo.
        await page.ClickAsync("Increment");
        await page.HasValueAsync(4);
        var clicked = clock.Elapsed;
        await page.HasSavedAsync("3");

        // The page comes back and is held, since nobody can have its state now; another value is never shown.
        await LoseCircuitAsync(page);
        await page.HasStatusAsync(StashPageStatus.Recovered, within: TimeSpan.FromSeconds(30));
        var recovered = await TimeToAsync(page, StashPageStatus.Recovered, frozen);
        Assert.All(await page.RendersAsync(), static render => Assert.Equal("3", render.Value));
        await page.CountsOnFromAsync(3);
        await stop.CancelAsync();
        await load;
        var all = await AllRecoveredAsync(writer, clock);
        holder.GoOn();

        // It finds that it was declared dead. Until then it may do what it was told before it froze.
        var exitCode = await holder.EndsAsync();
        var lost = await writer.LostAsync();
        Note(
            $"One of three silos frozen, WriteThrough: a click showed after {Seconds(clicked)}; the page that lost its circuit "
            + $"had its state {Seconds(recovered)} after the freeze, "
            + $"all {Stashes} stashes after {Seconds(all)}; worst call {Seconds(writer.Worst)}; {writer.Calls} calls, {writer.Failures.Count} of them refused in between; "
            + $"{lost.Count} lost. Awake again, the silo ended with code {exitCode}.");
        Assert.Empty(lost);
        await page.CountsOnFromAsync(4);
        await LoseCircuitAsync(page);
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(5);
        Assert.True(clicked < EngineTimeout, $"{clicked}");
        Assert.True(recovered < TimeSpan.FromSeconds(20), $"{recovered}");
        Assert.True(all < TimeSpan.FromSeconds(20), $"{all}");

        // A write that meets its own effect is sent again as a whole: two calls.
        Assert.True(writer.Worst < 2 * EngineTimeout + Slack, $"{writer.Worst}");
    }

    /// <summary>Three silos, a web server, a page with its stash on one of the silos, and other stashes on all of them.</summary>
    private async Task<(StashPage Page, NodeProcess Holder, LoadWriter Writer)> StartAsync()
    {
        var silos = Enumerable.Range(0, 3).Select(_ => Cluster.AddSilo(StashDurability.WriteThrough)).ToArray();
        var web = Cluster.AddWeb();
        await ProcessCluster.StartAsync([.. silos, web]);
        var page = await OpenAsync(web.Address);
        await page.CountToAsync(3);
        var holder = Assert.Single(await Cluster.StashesAsync()).Key;
        var writer = await Cluster.CreateStashesAsync(Stashes);
        Assert.Equal(silos.Length, (await Cluster.StashesAsync()).Count);
        return (page, holder, writer);
    }

    private static async Task<TimeSpan> AllRecoveredAsync(LoadWriter writer, Stopwatch clock)
    {
        await Until.TrueAsync(async () => (await writer.LostAsync()).Count == 0, "all stashes are there", TimeSpan.FromSeconds(40));
        return clock.Elapsed;
    }
}
