using System.Globalization;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Redis;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>
/// The distributed cache in memory, where the entry is in the silo of this process and where it is in that of another, beside ASP.NET
/// Core's own on a Redis that stores nothing, all in turn.
/// </summary>
internal sealed class CacheRows(RunOptions options, RowReport report)
{
    private const int InFlight = 64;
    private const int PerWorker = 16;
    private const int Size = 1024;
    private const int WarmUps = 2;

    private static readonly DistributedCacheEntryOptions Absolute = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
    private static readonly DistributedCacheEntryOptions Sliding = new() { SlidingExpiration = TimeSpan.FromHours(1) };
    private static readonly string[] Places = ["cache", "cache-loopback"];
    private static readonly string[] Operations = ["get", "get-sliding", "set"];

    private readonly byte[] _value = new byte[Size];

    public async Task RunAsync()
    {
        if (!report.Wants(Places.SelectMany(static place => Operations.Select(operation => Name(place, operation)))))
        {
            return;
        }

        if (RedisServer.Missing is { } missing)
        {
            report.Skip("cache", missing);
            return;
        }

        Random.Shared.NextBytes(_value);
        await using var redis = await RedisServer.StartAsync();
        using var redisCache = new RedisCache(Microsoft.Extensions.Options.Options.Create(new RedisCacheOptions { Configuration = redis.Address }));
        await using var silo = await BenchmarkSilo.StartAsync(configure: static silo => silo.Services.AddOrleansDistributedCache());
        await using var other = await ChildProcess.StartAsync("silo", silo.SiloPort.ToString(CultureInfo.InvariantCulture));
        using var client = await ClientAsync(int.Parse(await other.AskAsync("gateway"), CultureInfo.InvariantCulture));

        // What a client makes is in the silo that it is connected to.
        var caches = new[] { (Places[0], silo.Services.GetRequiredService<IDistributedCache>()), (Places[1], client.Services.GetRequiredService<IDistributedCache>()) };
        for (var round = 0; round < WarmUps; round++)
        {
            // Until the code is compiled for good: what is compared must not differ in that.
            foreach (var operation in Operations)
            {
                await RunAsync(redisCache, "redis", operation);
                foreach (var (place, cache) in caches)
                {
                    await RunAsync(cache, place, operation);
                }
            }
        }

        foreach (var operation in Operations)
        {
            var theirs = new Load();
            var ours = caches.Select(static _ => new Load()).ToArray();
            for (var run = -1; run < options.Runs; run++)
            {
                theirs.Add(run, await RunAsync(redisCache, "redis", operation));
                foreach (var (index, (place, cache)) in caches.Index())
                {
                    ours[index].Add(run, await RunAsync(cache, place, operation));
                }
            }

            foreach (var (index, (place, _)) in caches.Index())
            {
                report.Add(Name(place, operation), ours[index].PerSecond.Over(theirs.PerSecond), "x RedisCache", null, $"1 KB: {ours[index].Text}; RedisCache {theirs.Text}");
            }
        }

        await client.StopAsync();
        await other.AskAsync("stop");
    }

    private static string Name(string place, string operation) => $"{place}-{operation}-{InFlight}";

    private async Task<LoadRun> RunAsync(IDistributedCache cache, string place, string operation)
    {
        var entry = operation == "get-sliding" ? Sliding : Absolute;
        var keys = Enumerable.Range(0, InFlight * PerWorker).Select(index => $"{place}-{operation}-{index}").ToArray();
        await LoadDriver.EachAsync(keys.Length, InFlight, index => new(cache.SetAsync(keys[index], _value, entry)));
        return await LoadDriver.RunAsync(InFlight, options.Duration, async (worker, i) =>
        {
            var key = keys[(worker * PerWorker) + (i % PerWorker)];
            if (operation == "set")
            {
                await cache.SetAsync(key, _value, entry);
            }
            else if ((await cache.GetAsync(key))?.Length != Size)
            {
                throw new InvalidOperationException("The entry is not there.");
            }
        });
    }

    private static async Task<IHost> ClientAsync(int gatewayPort)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort));
        builder.Services.AddOrleansDistributedCache();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>The runs of one cache. The first warms up and does not count.</summary>
    private sealed class Load
    {
        private readonly Samples _p50 = new();
        private readonly Samples _p99 = new();

        public Samples PerSecond { get; } = new();

        public string Text => $"{PerSecond.Median:#,0}/s, p50 {Samples.Text(_p50.Median)} us, p99 {Samples.Text(_p99.Median)} us";

        public void Add(int run, LoadRun load)
        {
            if (run >= 0)
            {
                PerSecond.Add(load.PerSecond);
                _p50.Add(load.P50.TotalMicroseconds);
                _p99.Add(load.P99.TotalMicroseconds);
            }
        }
    }
}
