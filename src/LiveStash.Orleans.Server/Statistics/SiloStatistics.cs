using System.Diagnostics.Metrics;
using LiveStash.Measuring;
using LiveStash.Statistics;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Measuring;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Statistics;

/// <summary>
/// Keeps the last hour of its silo from the silo's start on, for whoever will look: listens to a few of the silo's instruments and
/// counts in 130 KB of memory.
/// </summary>
internal sealed class SiloStatistics(GrainId id, Silo silo, ILoggerFactory loggers, IMeterFactory meters, TimeProvider time, ILocalSiloDetails details, StashMetrics metrics)
    : GrainService(id, silo, loggers), ISiloStatistics
{
    private static readonly Dictionary<string, MeterTally.Reading> Readings = new(StringComparer.Ordinal)
    {
        ["livestash.silo.stashes"] = static (ring, value, _) => ring.Set(StatisticsColumn.Stashes, (long)value),
        ["livestash.silo.size"] = static (ring, value, _) => ring.Set(StatisticsColumn.Size, (long)value),
        ["livestash.silo.unstored.stashes"] = static (ring, value, _) => ring.Set(StatisticsColumn.Unstored, (long)value),
        ["livestash.silo.unstored.age"] = static (ring, value, _) => ring.Set(StatisticsColumn.UnstoredAge, (long)(value * 1000)),
        ["livestash.silo.lost"] = static (ring, value, _) => ring.Add(StatisticsColumn.Lost, (long)value),
        ["livestash.silo.call.duration"] = Called,
    };

    private MeterTally? _tally;

    public override Task Start()
    {
        // It makes the instruments, so that an empty silo tells of none and not nothing.
        GC.KeepAlive(metrics);
        _tally = new(meters, time, Readings);
        return base.Start();
    }

    public override Task Stop()
    {
        _tally?.Dispose();
        return base.Stop();
    }

    public ValueTask<WireStatistics> ReadAsync()
    {
        if (_tally is not { } tally)
        {
            throw new InvalidOperationException("The silo is starting.");
        }

        tally.Sample();
        return new(WireStatistics.Of(details.SiloAddress.ToParsableString(), details.Name, tally.Read()));
    }

    private static void Called(StatisticsRing ring, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        switch (MeterTally.Tag(tags, StashTelemetry.Operation))
        {
            case StashMetrics.Write:
                ring.Saved(MeterTally.Tag(tags, StashTelemetry.Outcome));
                ring.Record(StatisticsColumn.SaveDurations, seconds);
                break;
            case StashMetrics.Open:
                ring.Add(MeterTally.Tag(tags, StashTelemetry.Outcome) switch
                {
                    StashTelemetry.Ok => StatisticsColumn.OpenedRecovered,
                    "not_found" => StatisticsColumn.OpenedNotFound,
                    _ => StatisticsColumn.OpenedError,
                });
                ring.Record(StatisticsColumn.OpenDurations, seconds);
                break;
        }
    }
}
