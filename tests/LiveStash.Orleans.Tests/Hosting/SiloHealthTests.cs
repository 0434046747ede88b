using System.Diagnostics;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>What an orchestrator is told of a silo.</summary>
public sealed class SiloHealthTests
{
    /// <summary>Short, as tests wait for it, and more than a machine stands still for: a read that hangs is given up after ten of them.</summary>
    private static readonly TimeSpan StorageTimeout = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Check_SiloThatServes_IsHealthyAndWritesNothing()
    {
        await using var cluster = await StartAsync();

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(cluster));
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(cluster));

        Assert.Equal((0, 0, 0), cluster.Left);
        Assert.Equal((2, 0), (cluster.Storage.Reads, cluster.Storage.Writes));
        Assert.Equal(0, await StashCluster.ActivationsAsync(cluster.Silos[0]));
    }

    [Fact]
    public async Task Check_SiloWithoutStorage_IsHealthy()
    {
        await using var cluster = await StartAsync(withStorage: false);

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(cluster));
    }

    [Fact]
    public async Task Check_StorageHangs_IsDegradedWithinItsTimeAndOneReadIsUnderWay()
    {
        await using var cluster = await StartAsync();
        cluster.Storage.ReadGate = new();
        for (var i = 0; i < 3; i++)
        {
            var started = Stopwatch.GetTimestamp();

            Assert.Equal((HealthStatus.Degraded, "The storage of stashes does not answer in time."), await CheckAsync(cluster));
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }

        Assert.Equal(1, cluster.Storage.Reads);
        cluster.Storage.ReadGate.SetResult();
        cluster.Storage.ReadGate = null;
        await Until.TrueAsync(async () => (await CheckAsync(cluster)).Status == HealthStatus.Healthy, "it answers again");
    }

    [Fact]
    public async Task Check_StorageAndRemindersHangLongerThanAProbeWaits_IsDegradedAndNotATimeoutOfTheProbe()
    {
        await using var cluster = await StartAsync(storageTimeout: TimeSpan.FromMinutes(1));
        cluster.Storage.ReadGate = new();
        cluster.Reminders.Gate = new();
        var started = Stopwatch.GetTimestamp();

        Assert.Equal((HealthStatus.Degraded, "The storage of stashes does not answer in time. The reminder table does not answer in time."), await CheckAsync(cluster));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        cluster.Storage.ReadGate.SetResult();
    }

    [Fact]
    public async Task Check_StorageAndRemindersFail_IsDegradedAndSaysBoth()
    {
        await using var cluster = await StartAsync();
        cluster.Storage.ReadFailure = new IOException("at 10.0.0.1");
        cluster.Reminders.Failure = new IOException("at 10.0.0.1");

        Assert.Equal((HealthStatus.Degraded, "The storage of stashes fails (IOException). The reminder table fails (IOException)."), await CheckAsync(cluster));
    }

    [Fact]
    public async Task Check_ReminderTableHangs_IsDegradedWithinItsTime()
    {
        await using var cluster = await StartAsync();
        cluster.Reminders.Gate = new();

        Assert.Equal((HealthStatus.Degraded, "The reminder table does not answer in time."), await CheckAsync(cluster));
    }

    [Theory]
    [InlineData(null, HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded)]
    public async Task Check_SiloThatShutsDown_IsAsTheHostSays(HealthStatus? failureStatus, HealthStatus expected)
    {
        await using var cluster = await StartAsync(failureStatus: failureStatus);

        cluster.Silos[0].SiloHost.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal((expected, "The silo is shutting down."), await CheckAsync(cluster));
    }

    private static Task<StashCluster> StartAsync(bool withStorage = true, HealthStatus? failureStatus = null, TimeSpan? storageTimeout = null) => StashCluster.StartAsync(
        configure: options => options.StorageTimeout = storageTimeout ?? StorageTimeout,
        withStorage: withStorage,
        configureSilo: silo => silo.Services.AddHealthChecks().AddLiveStashSilo(failureStatus: failureStatus));

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(StashCluster cluster)
    {
        var report = await cluster.Silos[0].SiloHost.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var (_, entry) = Assert.Single(report.Entries);
        return (entry.Status, entry.Description);
    }
}
