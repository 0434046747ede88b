using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>
/// With probes of one second, Orleans' default kept the stashes of a killed silo, and those whose registration was there, out of
/// reach for 18 s. What it means to a page is measured in <c>LiveStash.Processes.Tests/SiloDeathTests.cs</c>.
/// </summary>
public sealed class DirectoryLeaseTests
{
    private static readonly TimeSpan OfTheApp = TimeSpan.FromMinutes(7);

    [Fact]
    public void AddLiveStash_DirectoryIsItsAlone_SiloDiedAndItsStashesDoNotWaitForALease()
    {
        using var host = Silo(silo => silo.AddLiveStash());

        Assert.Equal(TimeSpan.Zero, LeaseOf(host));
        Assert.Equal(new GrainDirectoryOptions().RangeLeaseDuration, Option(host));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddLiveStash_AppHasSetTheLease_IsNotOverwritten(bool isBefore)
    {
        using var host = Silo(silo => InOrder(isBefore, silo, AppsLease, static silo => silo.AddLiveStash()));

        Assert.Equal(OfTheApp, Option(host));
        Assert.Equal(TimeSpan.Zero, LeaseOf(host));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddLiveStash_AppHasTheDirectoryForItsOwnGrains_TheLeaseIsTheApps(bool isBefore)
    {
        using var host = Silo(silo => InOrder(isBefore, silo, static silo =>
        {
            AppsLease(silo);
#pragma warning disable ORLEANSEXP003 // What an app may do that wants it for its own grains.
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        }, static silo => silo.AddLiveStash()));

        Assert.Equal(OfTheApp, Option(host));
        var ofTheApp = host.Services.GetRequiredKeyedService<IGrainDirectory>(GrainDirectoryAttribute.DEFAULT_GRAIN_DIRECTORY);
        Assert.Same(host.Services.GetKeyedService<IGrainDirectory>(StashGrainOptions.DirectoryName) ?? ofTheApp, ofTheApp);
        Assert.InRange(LeaseOf(ofTheApp), TimeSpan.FromMinutes(6), OfTheApp);
        Assert.Single(host.Services.GetServices<ILifecycleParticipant<ISiloLifecycle>>(), participant => participant.GetType() == ofTheApp.GetType());
    }

    private static void AppsLease(ISiloBuilder silo) => silo.Configure<GrainDirectoryOptions>(static options => options.RangeLeaseDuration = OfTheApp);

    private static void InOrder(bool isBefore, ISiloBuilder silo, Action<ISiloBuilder> app, Action<ISiloBuilder> stashes)
    {
        (isBefore ? app : stashes)(silo);
        (isBefore ? stashes : app)(silo);
    }

    private static TimeSpan Option(IHost host) => host.Services.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value.RangeLeaseDuration;

    private static TimeSpan LeaseOf(IHost host) => LeaseOf(host.Services.GetRequiredKeyedService<IGrainDirectory>(StashGrainOptions.DirectoryName));

    /// <summary>Orleans tells nobody; a newer one may call it something else.</summary>
    private static TimeSpan LeaseOf(IGrainDirectory directory) =>
        (TimeSpan)directory.GetType().GetField("_deadSiloLeaseDuration", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(directory)!;

    private static IHost Silo(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering()));
        return builder.Build();
    }
}
