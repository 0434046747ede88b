using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LiveStash.Measuring;

namespace LiveStash.Statistics;

/// <summary>
/// Keeps the last hour of some instruments of this host, and of no other host in the process. One <see cref="StatisticsRing"/> for
/// each engine that a tag names, and one for what has no such tag. Safe for concurrent use.
/// </summary>
internal sealed class MeterTally : IDisposable
{
    /// <summary>A host has a few engines; what comes beyond is not kept.</summary>
    private const int MaxRings = 16;

    /// <summary>Half a bucket: none is without a look at what is there.</summary>
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(StatisticsClock.Step / 2.0);

    private readonly ConcurrentDictionary<string, StatisticsRing> _rings = new(StringComparer.Ordinal);
    private readonly StatisticsRing _untagged;
    private readonly MeterListener _listener;
    private readonly ITimer _sampler;

    /// <summary>Listens from now on.</summary>
    /// <param name="meters">The host's factory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="readings">What to keep of which instrument, by its name.</param>
    public MeterTally(IMeterFactory meters, TimeProvider time, IReadOnlyDictionary<string, Reading> readings)
    {
        Clock = new(time);
        _untagged = new(Clock);
        _listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == StashTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters) && readings.TryGetValue(instrument.Name, out var reading))
                {
                    listener.EnableMeasurementEvents(instrument, reading);
                }
            },
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, reading) => Keep(value, tags, reading));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, reading) => Keep(value, tags, reading));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, reading) => Keep(value, tags, reading));
        _listener.Start();
        _sampler = time.CreateTimer(static tally => ((MeterTally)tally!).Sample(), this, Sampling, Sampling);
    }

    /// <summary>Keeps a measurement.</summary>
    /// <param name="ring">Of the engine, where a tag names one.</param>
    /// <param name="value">The measurement.</param>
    /// <param name="tags">Its tags.</param>
    public delegate void Reading(StatisticsRing ring, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    public StatisticsClock Clock { get; }

    /// <summary>The engines that have been named.</summary>
    public IEnumerable<string> Engines => _rings.Keys.Order(StringComparer.Ordinal);

    /// <summary>The value of a tag.</summary>
    public static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key)
            {
                return tag.Value as string;
            }
        }

        return null;
    }

    /// <summary>The last hour of an engine; with <see langword="null"/>, of what is not an engine's.</summary>
    public StatisticsWindow Read(string? engine = null) => (engine is null ? _untagged : _rings.GetValueOrDefault(engine, _untagged)).Read();

    /// <summary>Looks at what is there now.</summary>
    public void Sample()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // Of an instrument that fails there is no value.
        }
    }

    public void Dispose()
    {
        _sampler.Dispose();
        _listener.Dispose();
    }

    private void Keep(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? reading)
    {
        var ring = _untagged;
        if (Tag(tags, StashTelemetry.Engine) is { } engine && !_rings.TryGetValue(engine, out ring))
        {
            if (_rings.Count >= MaxRings)
            {
                return;
            }

            ring = _rings.GetOrAdd(engine, static (_, clock) => new(clock), Clock);
        }

        ((Reading)reading!)(ring, value, tags);
    }
}
