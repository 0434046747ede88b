using System.Diagnostics.Metrics;
using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Engines;

/// <summary>A gateway that has too much to do and rejects what comes.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Writes = 400;

    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    [Fact]
    public async Task WriteAsync_GatewayShedsLoad_GetsHardlyMoreThanTheCallsAndRecovers()
    {
        await using var cluster = await StashCluster.StartAsync(withStorage: false, configureSilo: static silo =>
            silo.Configure<LoadSheddingOptions>(static options => options.LoadSheddingEnabled = true));
        var shedding = cluster.Silos[0].SiloHost.Services.GetRequiredService<IOptions<LoadSheddingOptions>>().Value;
        var engine = cluster.ClientEngine(LiveStashOptions.DefaultEngineTimeout);
        var first = new Owner(cluster.ClientEngine(), Terms);
        Assert.True((await first.ReplaceAsync("1")).IsOk);
        var probe = new Owner(engine, Terms, first.Id) { Version = first.Version };
        var owners = Enumerable.Range(0, Writes).Select(_ => new Owner(engine, Terms)).ToArray();
        using var rejected = new Rejections();

        // Whatever memory it uses is too much now.
        shedding.MemoryThreshold = -1;
        await Until.TrueAsync(async () => (await probe.WriteAsync("2")).Outcome == StashOutcome.Unavailable, "the gateway sheds load");
        var before = rejected.Count;
        var results = await Task.WhenAll(owners.Select(owner => owner.ReplaceAsync("1")));

        Assert.All(results, static result => Assert.Equal(StashOutcome.Unavailable, result.Outcome));
        var perWrite = (double)(rejected.Count - before) / Writes;
        output.WriteLine($"{perWrite:0.00} calls of the gateway for each write");
        Assert.InRange(perWrite, 1, 1 + RetryBudget.PerCall + ((RetryBudget.Reserve + (5.0 * RetryBudget.PerSecond)) / Writes));

        shedding.MemoryThreshold = 100;
        await Until.TrueAsync(async () => (await owners[0].ReplaceAsync("2")).IsOk, "the gateway takes calls again");
    }

    /// <summary>What the gateways of this process have rejected.</summary>
    private sealed class Rejections : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public Rejections()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "orleans-gateway-load-shedding")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, measurement, _, _) => Interlocked.Add(ref _count, measurement));
            _listener.Start();
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
