using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>What an orchestrator sees of a silo.</summary>
public sealed class HealthTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    [Fact]
    public async Task Health_FromStartToEnd_IsReadyOnlyWhileTheSiloIsActive()
    {
        NodeProcess[] silos = [Cluster.AddSilo(StashDurability.Memory), Cluster.AddSilo(StashDurability.Memory)];
        silos[0].Start();
        await Until.TrueAsync(async () => await silos[0].ReadyStatusAsync() == 503, "the first is there and not ready");
        await silos[0].IsReadyAsync();

        // Not degraded: storage and reminders answer as well.
        using var http = new HttpClient();
        await Until.TrueAsync(async () => await http.GetStringAsync(new Uri(silos[0].Address, "/health/ready")) == "Healthy", "the first is healthy");
        await ProcessCluster.StartAsync(silos[1]);
        await Cluster.CreateStashesAsync(3000);

        var ended = silos[0].TerminateAsync();
        await Until.TrueAsync(async () => await silos[0].ReadyStatusAsync() == 503 || ended.IsCompleted, "the first is shutting down");

        Assert.False(ended.IsCompleted);
        Assert.Equal(0, await ended);
        Assert.Equal(silos[1], Assert.Single(await Cluster.StashesAsync()).Key);
    }
}
