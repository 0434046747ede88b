using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Silos are restarted one after the other, as a deployment does it.</summary>
[Collection(TimedCollection.Name)]
public sealed class RollingRestartTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output)
    : ProcessTest(postgres, chromium, output)
{
    private const int Stashes = 300;

    [Fact]
    public async Task Terminate_ThreeSilosOneAfterTheOtherInMemory_NothingLostAndThePageSeesNoFailure()
    {
        var silos = Enumerable.Range(0, 3).Select(_ => Cluster.AddSilo(StashDurability.Memory)).ToArray();
        var web = Cluster.AddWeb();
        await ProcessCluster.StartAsync([.. silos, web]);
        var page = await OpenAsync(web.Address);
        await page.CountToAsync(1);
        var writer = await Cluster.CreateStashesAsync(Stashes);
        using var stop = new CancellationTokenSource();
        var load = writer.RunAsync(8, stop.Token);
        var clicks = ClickAsync(page, stop.Token);

        foreach (var silo in silos)
        {
            var began = Now;
            Assert.Equal(0, await silo.TerminateAsync());
            var ended = Now;
            await ProcessCluster.StartAsync(silo);
            Note($"{silo.Name} ended {Seconds(ended - began)} after SIGTERM and was ready again {Seconds(Now - ended)} later");
            var calls = writer.Calls;
            await Until.TrueAsync(() => writer.Calls > calls + Stashes, "the load went on");
        }

        await stop.CancelAsync();
        await load;
        var count = await clicks;
        var lost = await writer.LostAsync();
        Note(
            $"Rolling restart of three silos, Memory: {lost.Count} of {Stashes} stashes lost, {writer.Calls} calls, {writer.Failures.Count} failed, "
            + $"{writer.Mismatches} settled by a replace, worst {Seconds(writer.Worst)}; the page saved {count} times");
        Assert.True(writer.Failures.Count == 0, string.Join(Environment.NewLine, writer.Failures));
        Assert.Empty(lost);
        Assert.False(web.Log.Has("Not saved"), $"{web.Log}");
        await LoseCircuitAsync(page);
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(count);
        Assert.Equal((0, 0, 0), await Cluster.RowsAsync());
    }

    /// <summary>A visitor who counts up, and sees each number saved. Answers with the last.</summary>
    private static async Task<int> ClickAsync(StashPage page, CancellationToken stop)
    {
        var count = 1;
        while (!stop.IsCancellationRequested)
        {
            await page.CountToAsync(count + 1, from: count);
            count++;
        }

        return count;
    }
}
