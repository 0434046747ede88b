using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>A silo in a process in which something else takes long to stop.</summary>
public sealed class SiloStopTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(1), StashDurability.Memory);

    [Fact]
    public async Task Stop_ARequestOfTheWebServerLastsAsLongAsTheHostWaits_StashesInMemoryAreHandedOver()
    {
        var request = new TaskCompletionSource();
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false, configureSilo: silo =>
        {
            silo.Services.AddHostedService(_ => new BusyWebServer(request.Task)); // after the silo, so it is stopped before it, as web servers are
            silo.Services.PostConfigure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        });
        var owners = Enumerable.Range(0, 20).Select(_ => new Owner(cluster.ClientEngine(), Terms)).ToArray();
        foreach (var owner in owners)
        {
            Assert.True((await owner.ReplaceAsync("kept")).IsOk);
        }

        Assert.NotEqual(0, await StashCluster.ActivationsAsync(cluster.Silos[0]));
        await cluster.Silos[0].SiloHost.StopAsync();

        request.SetResult();
        foreach (var owner in owners)
        {
            Assert.Equal("kept", await owner.ReadAsync());
        }
    }

    private sealed class BusyWebServer(Task request) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) =>
            await request.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
