using LiveStash.Orleans.Tests.Infrastructure;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Silos that are stopped one after the other, as a deployment does it.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    [Fact]
    public async Task RollingRestart_ThreeSilosInMemoryWithoutStorageUnderLoad_NothingLostAndNoCallFails()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 3, withStorage: false);
        var writer = new LoadWriter(cluster.ClientEngine(), stashes: 3000, Terms);
        await writer.CreateAsync();

        await RestartAllAsync(cluster, writer, writers: 16);

        var lost = await writer.LostAsync();
        output.WriteLine($"{writer.Calls} calls, {writer.Mismatches} settled by a replace, worst {writer.Worst.TotalMilliseconds:0} ms, {writer.Failures.Count} failed, {lost.Count} of 3000 lost");
        Assert.Empty(writer.Failures);
        Assert.Empty(lost);
    }

    private static async Task RestartAllAsync(StashCluster cluster, LoadWriter writer, int writers)
    {
        using var stop = new CancellationTokenSource();
        var load = writer.RunAsync(writers, stop.Token);
        foreach (var silo in cluster.Silos)
        {
            await cluster.Cluster.StopSiloAsync(silo);
            await cluster.Cluster.StartAdditionalSiloAsync();
            var calls = writer.Calls;
            await Until.TrueAsync(() => writer.Calls > calls + 1000, "the load went on");
        }

        await stop.CancelAsync();
        await load;
    }
}
