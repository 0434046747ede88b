using System.Collections.Immutable;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization.Configuration;
using Orleans.TestingHost;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>
/// A cluster in which some silos keep stashes and others do not: not yet, or not any more. The others refer to the assembly, as
/// a web server with a silo does before it calls <c>AddLiveStash()</c>; or they do not, as an older version of the app.
/// </summary>
public sealed class RolloutTests
{
    private const int Without = 2122;

    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnyCall_ThroughAnySiloOfFourOfWhichTwoHaveLiveStash_IsAnswered(bool hasAssembly)
    {
        await using var cluster = await StartAsync(hasAssembly, log: null, "Silo_0", "Silo_1");
        await cluster.StartAdditionalSiloAsync();
        await cluster.StartAdditionalSiloAsync();
        await Until.TrueAsync(() => cluster.Silos.Take(2).All(static silo => InDirectory(silo) == 4), "the directory goes by all four");
        var engines = cluster.Silos.Select(silo => StashCluster.CohostedEngine(silo, Timeout)).ToArray();
        var owners = engines.SelectMany(engine => Enumerable.Range(0, 10).Select(_ => new Owner(engine, Terms))).ToArray();

        var written = await Task.WhenAll(owners.Select(owner => owner.ReplaceAsync("1")));
        var read = await Task.WhenAll(from owner in owners from engine in engines select owner.ReadAsync(engine));

        Assert.All(written, static result => Assert.Equal((StashOutcome.Ok, null), (result.Outcome, result.Detail)));
        Assert.All(read, static value => Assert.Equal("1", value));
        foreach (var silo in cluster.Silos.Skip(2))
        {
            Assert.Equal(0, await StashCluster.ActivationsAsync(silo));
        }

        await KillAsync(cluster);
    }

    [Fact]
    public async Task SilosWithLiveStash_TakeThePlaceOfThoseWithout_NothingIsLost()
    {
        await using var cluster = await StartAsync(hasAssembly: true, log: null, "Silo_2", "Silo_3");
        var older = cluster.Silos.ToArray();
        var first = await cluster.StartAdditionalSiloAsync();
        var writer = new LoadWriter(StashCluster.CohostedEngine(older[0], Timeout), stashes: 300, Terms);
        await writer.CreateAsync();

        var second = await cluster.StartAdditionalSiloAsync();
        foreach (var silo in older.Append(first))
        {
            await cluster.StopSiloAsync(silo);
        }

        Assert.Empty(writer.Failures);
        Assert.Empty(await writer.LostAsync(StashCluster.CohostedEngine(second, Timeout)));
    }

    [Fact]
    public async Task SiloWithoutLiveStash_Joins_TheOthersWarnOfItOnce()
    {
        var log = new LogLines();
        await using var cluster = await StartAsync(hasAssembly: true, log, "Silo_0", "Silo_1");
        Assert.Empty(log.Of(Without));

        await cluster.StartAdditionalSiloAsync();
        await Until.TrueAsync(() => log.Of(Without).Count == 2, "both have warned");
        await cluster.StartAdditionalSiloAsync();

        Assert.Equal(2, log.Of(Without).Count);
        await KillAsync(cluster);
    }

    /// <summary>
    /// How many silos its directory goes by. It learns later than the membership of one that comes, and one without it takes what is in memory
    /// out of reach.
    /// </summary>
    private static int InDirectory(InProcessSiloHandle silo)
    {
        var membership = typeof(Silo).Assembly.GetType("Orleans.Runtime.GrainDirectory.DirectoryMembershipService", throwOnError: true)!;
        var view = membership.GetProperty("CurrentView")!.GetValue(silo.SiloHost.Services.GetRequiredService(membership))!;
        return ((ImmutableArray<SiloAddress>)view.GetType().GetProperty("Members")!.GetValue(view)!).Length;
    }

    /// <summary>In such a cluster a silo with LiveStash may wait 30 s at its stop for the others to take over its part of the directory.</summary>
    private static async Task KillAsync(InProcessTestCluster cluster)
    {
        foreach (var silo in cluster.Silos.ToArray())
        {
            await cluster.KillSiloAsync(silo);
        }
    }

    /// <summary>Two silos; more are started later.</summary>
    private static async Task<InProcessTestCluster> StartAsync(bool hasAssembly, LogLines? log, params string[] withLiveStash)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((options, silo) =>
        {
            if (withLiveStash.Contains(options.SiloName))
            {
                silo.AddLiveStash();
                silo.Services.AddLogging(logging => logging.AddProvider(log ?? new()));
            }
            else if (!hasAssembly)
            {
                silo.Services.PostConfigure<TypeManifestOptions>(static types => types.InterfaceImplementations.Remove(StashGrain.Class));
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
