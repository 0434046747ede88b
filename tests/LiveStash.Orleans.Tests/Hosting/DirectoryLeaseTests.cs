using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>
/// With probes of one second, Orleans' default kept the stashes of a killed silo, and those whose registration was there, out of
/// reach for 18 s. What it means to a page is measured in <c>LiveStash.Processes.Tests/SiloDeathTests.cs</c>.
/// </summary>
public sealed class DirectoryLeaseTests
{
    [Fact]
    public void AddLiveStash_SiloDied_ItsStashesDoNotWaitForALease()
    {
        using var host = Silo(silo => silo.AddLiveStash());

        Assert.Equal(TimeSpan.Zero, host.Services.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value.RangeLeaseDuration);
    }

    [Fact]
    public void AddLiveStash_AppSetsTheLeaseAfterwards_IsLeftAlone()
    {
        using var host = Silo(silo => silo
            .AddLiveStash()
            .Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.FromSeconds(7)));

        Assert.Equal(TimeSpan.FromSeconds(7), host.Services.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value.RangeLeaseDuration);
    }

    private static IHost Silo(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering()));
        return builder.Build();
    }
}
