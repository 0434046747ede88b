using LiveStash.Orleans.Tests.Infrastructure;
using Orleans.Configuration;
using Orleans.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Silos that are stopped one after the other, as a deployment does it.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    /// <summary>More than a page has: two cores that others use too are no measure of a time-out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task RollingRestart_ThreeSilosInMemoryWithoutStorageUnderLoad_NothingLostAndNoCallFails()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 3, withStorage: false);
        var writer = new LoadWriter(cluster.ClientEngine(Patience), stashes: 3000, Terms);
        await writer.CreateAsync();

        await RestartAllAsync(cluster, writer, writers: 16);

        var lost = await writer.LostAsync();
        output.WriteLine($"{writer.Calls} calls, {writer.Mismatches} settled by a replace, worst {writer.Worst.TotalMilliseconds:0} ms, {writer.Failures.Count} failed, {lost.Count} of 3000 lost");
        Assert.Empty(writer.Failures);
        Assert.Empty(lost);
    }

    [Fact]
    public async Task SiloStops_StashesOfSeveralMessageSizes_AllArrive()
    {
        // What is on its way at once, and the largest message, are far less than what has to go.
        await using var cluster = await StashCluster.StartAsync(
            silos: 2,
            options => options.MaxMigrationBytes = 1024 * 1024,
            withStorage: false,
            configureSilo: silo => silo.Configure<SiloMessagingOptions>(options => options.MaxMessageBodySize = 3 * 1024 * 1024));
        var writer = new LoadWriter(StashCluster.CohostedEngine(cluster.Silos[0], Patience), stashes: 200, Terms, payloadBytes: 200 * 1024);
        await writer.CreateAsync();
        Assert.Equal(200, await StashCluster.ActivationsAsync(cluster.Silos[0]));
        var survivor = StashCluster.CohostedEngine(cluster.Silos[1], Patience);

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        Assert.Empty(await writer.LostAsync(survivor));
        Assert.Equal(200, await StashCluster.ActivationsAsync(cluster.Silos[0]));
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
