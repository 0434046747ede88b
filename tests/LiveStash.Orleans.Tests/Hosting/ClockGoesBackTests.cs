using System.Net;
using System.Reflection;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>
/// Orleans' timers wait until the clock shows a time: a silo whose clock went back by an hour, or was behind for a moment, looks at the
/// membership an hour later. Meanwhile it calls a silo that is dead, and its pages are not told that anything is saved.
/// </summary>
public sealed class ClockGoesBackTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    /// <param name="before">What the clock is ahead by, before it is set right; behind where that is negative.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task ClockGoesBack_OrleansTimersStandStill_SiloLearnsOfADeathAllTheSame(int before)
    {
        var clock = new MovedClock(TimeProvider.System);
        using var log = new LogLines();
        await using var cluster = await StartAsync(clock, log);
        await Until.TrueAsync(() => IsSetAsync(clock, TimeSpan.FromHours(before), log), "the silo says that its clock went back");

        var dead = await DeclareDeadAsync(cluster.Silos[0].SiloHost.Services.GetRequiredService<IMembershipTable>());

        var membership = cluster.Silos[0].SiloHost.Services.GetRequiredService<IClusterMembershipService>();
        await Until.TrueAsync(() => membership.CurrentSnapshot.GetSiloStatus(dead) == SiloStatus.Dead, "the silo knows what the table says");
        var report = await cluster.Silos[0].SiloHost.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.StartsWith("The silo's clock went back, and Orleans may stand still for 00:59:", Assert.Single(report.Entries).Value.Description, StringComparison.Ordinal);
    }

    /// <summary>Orleans' collector of idle activations has seen the clock ahead, and takes none that is to be collected before that.</summary>
    [Fact]
    public async Task ClockGoesBack_CollectorHasSeenItAhead_StashesStartAllTheSame()
    {
        var clock = new MovedClock(TimeProvider.System);
        using var log = new LogLines();
        await using var cluster = await StartAsync(clock, log);
        var type = typeof(Silo).Assembly.GetType("Orleans.Runtime.ActivationCollector", throwOnError: true)!;
        var collector = cluster.Silos[0].SiloHost.Services.GetRequiredService(type);
        var quantum = new GrainCollectionOptions().CollectionQuantum.Ticks;
        var ahead = (DateTime.UtcNow + TimeSpan.FromHours(1)).Ticks / quantum * quantum;
        type.GetField("_nextTicketTicks", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(collector, ahead);
        Assert.Equal(StashOutcome.Unavailable, (await new Owner(cluster.ClientEngine(TimeSpan.FromSeconds(2)), Terms).ReplaceAsync("1")).Outcome);

        await Until.TrueAsync(() => IsSetAsync(clock, TimeSpan.FromHours(1), log), "the silo says that its clock went back");

        Assert.True((await new Owner(cluster.ClientEngine(), Terms).ReplaceAsync("1")).IsOk);
        Assert.Empty(log.Of(2126));
    }

    private static Task<StashCluster> StartAsync(MovedClock clock, LogLines log) => StashCluster.StartAsync(configureSilo: silo =>
    {
        silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Membership, clock);
        silo.Services.AddLogging(logging => logging.AddProvider(log));
        silo.Services.AddHealthChecks().AddLiveStashSilo();
        silo.Configure<ClusterMembershipOptions>(static options => options.TableRefreshTimeout = TimeSpan.FromHours(1));
    });

    /// <summary>Sets the clock wrong, for long enough to be seen unless others have the cores, and right again.</summary>
    private static async Task<bool> IsSetAsync(MovedClock clock, TimeSpan ahead, LogLines log)
    {
        clock.Ahead = ahead;
        await Task.Delay(TimeSpan.FromSeconds(3));
        clock.Ahead = TimeSpan.Zero;
        await Task.Delay(TimeSpan.FromSeconds(3));
        return log.Of(2124).Count > 0;
    }

    /// <summary>What another silo would write that does not reach this one.</summary>
    private static async Task<SiloAddress> DeclareDeadAsync(IMembershipTable table)
    {
        var silo = SiloAddress.New(IPAddress.Loopback, 1, 1);
        var entry = new MembershipEntry
        {
            SiloAddress = silo,
            SiloName = "dead",
            HostName = "dead",
            Status = SiloStatus.Dead,
            StartTime = DateTime.UtcNow,
            IAmAliveTime = DateTime.UtcNow,
            SuspectTimes = [],
        };
        var before = await table.ReadAllAsync(CancellationToken.None);
        Assert.True(await table.InsertRowAsync(entry, before.Version.Next(), CancellationToken.None));
        return silo;
    }
}
