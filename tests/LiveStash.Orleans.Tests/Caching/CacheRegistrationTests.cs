using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LiveStash.Orleans.Caching;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>Registration, and callers that cannot await.</summary>
public sealed class CacheRegistrationTests
{
    [Fact]
    public void AddOrleansDistributedCache_AfterAndBeforeAnother_IsTheOneThatIsUsed()
    {
        var services = new ServiceCollection();
        services.AddDistributedMemoryCache();
        services.AddOrleansDistributedCache(static options => options.InstanceName = "shop");
        services.AddOrleansDistributedCache(static options => options.Durability = StashDurability.WriteBehind);
        services.AddDistributedMemoryCache();

        var registered = services.Where(static service => service.ServiceType == typeof(IDistributedCache)).ToArray();
        Assert.Equal(typeof(OrleansDistributedCache), registered[^1].ImplementationType);
        Assert.Equal(ServiceLifetime.Singleton, registered[^1].Lifetime);
        Assert.Single(registered, static service => service.ImplementationType == typeof(OrleansDistributedCache));
    }

    [Fact]
    public async Task AddOrleansDistributedCache_WrongOptionsAndNoOrleans_DoesNotStartAndReportsAllTogether()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddOrleansDistributedCache(static options =>
        {
            options.InstanceName = null!;
            options.Durability = (StashDurability)9;
            options.DefaultSlidingExpiration = TimeSpan.Zero;
            options.Timeout = TimeSpan.FromHours(1);
        });
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(5, error.Failures.Count());
        Assert.Contains(error.Failures, static failure => failure.Contains("builder.UseOrleansClient(", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddOrleansDistributedCache_OnASiloOfItsOwn_WorksWithoutLiveStashForPages()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo => silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: FreePort()).AddLiveStash());
        builder.Services.AddOrleansDistributedCache(static options => options.Timeout = TimeSpan.FromSeconds(30));
        using var host = builder.Build();
        await host.StartAsync();

        var cache = host.Services.GetRequiredService<IDistributedCache>();
        Assert.IsType<IBufferDistributedCache>(cache, exactMatch: false);
        await cache.SetStringAsync("key", "value");
        Assert.Equal("value", cache.GetString("key"));
        await host.StopAsync();
    }

    [Fact]
    public async Task SynchronousCalls_OnAThreadThatAContextWaitsFor_ReturnThere()
    {
        await using var cluster = await StashCluster.StartAsync();
        var cache = CacheParts.Cache(cluster.Silos[0].Grains(), TimeProvider.System);
        using var context = new OneThread();

        Assert.Equal("value", await context.RunAsync(() =>
        {
            cache.SetString("key", "value");
            cache.Refresh("key");
            var value = cache.GetString("key");
            cache.Remove("key");
            return value;
        }));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>As a user interface or a grain has it: all that is posted waits until the thread is free.</summary>
    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<Action> _work = [];

        public OneThread() => new Thread(() =>
        {
            SetSynchronizationContext(this);
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work();
            }
        }) { IsBackground = true }.Start();

        public override void Post(SendOrPostCallback callback, object? state) => _work.Add(() => callback(state));

        public Task<T> RunAsync<T>(Func<T> work)
        {
            var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Add(() => done.SetResult(work()));
            return done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        public void Dispose() => _work.CompleteAdding();
    }
}
