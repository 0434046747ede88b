using System.Diagnostics.Metrics;
using LiveStash.Measuring;
using LiveStash.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Statistics;

public sealed class MeterTallyTests
{
    private static readonly Dictionary<string, MeterTally.Reading> Readings = new()
    {
        ["counted"] = static (ring, value, _) => ring.Add(StatisticsColumn.Saved, (long)value),
        ["there"] = static (ring, value, _) => ring.Set(StatisticsColumn.Stashes, (long)value),
    };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public void Counted_ByEngineAndWithout_AreKeptApart()
    {
        var meters = Meters.Create();
        using var tally = new MeterTally(meters, _time, Readings);
        var counter = meters.Create("LiveStash").CreateCounter<long>("counted");
        counter.Add(1);
        counter.Add(2, new KeyValuePair<string, object?>(StashTelemetry.Engine, "memory"));
        counter.Add(4, new KeyValuePair<string, object?>(StashTelemetry.Engine, "orleans"));

        Assert.Equal(["memory", "orleans"], tally.Engines);
        Assert.Equal([1, 2, 4], new[] { null, "memory", "orleans" }.Select(engine => tally.Read(engine).Rows.Sum(static row => row.At(StatisticsColumn.Saved))));
    }

    [Fact]
    public void Counted_ByAnotherHostOrMeter_IsNotKept()
    {
        var meters = Meters.Create();
        using var tally = new MeterTally(meters, _time, Readings);
        Meters.Create().Create("LiveStash").CreateCounter<long>("counted").Add(1);
        meters.Create("Other").CreateCounter<long>("counted").Add(1);
        using var alone = new Meter("LiveStash");
        alone.CreateCounter<long>("counted").Add(1);

        Assert.Empty(tally.Read().Rows);
    }

    [Fact]
    public void There_WithoutAnybodyLooking_IsSampledInEachBucket()
    {
        var meters = Meters.Create();
        using var tally = new MeterTally(meters, _time, Readings);
        var there = 0;
        meters.Create("LiveStash").CreateObservableUpDownCounter("there", () => there++);
        for (var i = 0; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        var rows = tally.Read().Rows;

        Assert.InRange(rows.Count, 20, 21);
        Assert.All(rows, static row => Assert.NotEqual(StatisticsColumn.Unknown, row.At(StatisticsColumn.Stashes)));
    }

    [Fact]
    public void There_InstrumentFails_OthersAreSampled()
    {
        var meters = Meters.Create();
        using var tally = new MeterTally(meters, _time, Readings);
        meters.Create("LiveStash").CreateObservableUpDownCounter("there", int () => throw new InvalidOperationException());
        meters.Create("LiveStash", "2").CreateObservableUpDownCounter("there", () => 3);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(3, tally.Read().Latest(StatisticsColumn.Stashes));
    }

    [Fact]
    public void Counted_ByThousandsOfEngines_OnlyAFewAreKept()
    {
        var meters = Meters.Create();
        using var tally = new MeterTally(meters, _time, Readings);
        var counter = meters.Create("LiveStash").CreateCounter<long>("counted");
        for (var i = 0; i < 5000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>(StashTelemetry.Engine, $"{i}"));
        }

        Assert.Equal(16, tally.Engines.Count());
    }

    [Fact]
    public void Counted_InTheSteadyState_AllocatesNothing()
    {
        var meters = Meters.Create();
        using var tally = new MeterTally(meters, _time, Readings);
        var counter = meters.Create("LiveStash").CreateCounter<long>("counted");
        var tag = new KeyValuePair<string, object?>(StashTelemetry.Engine, "memory");
        counter.Add(1, tag);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            counter.Add(1, tag);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Dispose_ThenCounted_IsNotKept()
    {
        var meters = Meters.Create();
        var tally = new MeterTally(meters, _time, Readings);
        var counter = meters.Create("LiveStash").CreateCounter<long>("counted");
        tally.Dispose();
        counter.Add(1);

        Assert.Empty(tally.Read().Rows);
    }
}
