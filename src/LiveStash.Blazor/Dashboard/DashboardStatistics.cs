using System.Diagnostics.Metrics;
using System.Text.Json;
using LiveStash.Measuring;
using LiveStash.Statistics;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Dashboard;

/// <summary>
/// Keeps the last hour of this server from the moment at which it is made, which is when the dashboard is mapped, and asks the nodes
/// of engines for theirs when somebody looks. However many look, the nodes are asked once a second at most.
/// </summary>
internal sealed class DashboardStatistics : IDisposable
{
    /// <summary>Of nodes that are gone an hour is kept, for the sums; of a cluster whose nodes come and go all the time, so many.</summary>
    private const int MaxKept = 256;

    private const string Here = "this server";

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, MeterTally.Reading> Readings = new(StringComparer.Ordinal)
    {
        ["livestash.circuit.active"] = static (ring, value, _) => ring.Set(StatisticsColumn.Circuits, (long)value),
        ["livestash.circuit.waiting"] = static (ring, value, _) => ring.Set(StatisticsColumn.Waiting, (long)value),
        ["livestash.circuit.opens"] = static (ring, value, tags) => ring.Add(OpenedColumn(MeterTally.Tag(tags, StashTelemetry.Status)), (long)value),
        ["livestash.recovery.duration"] = static (ring, value, _) => ring.Record(StatisticsColumn.OpenDurations, value),
        ["livestash.saves"] = static (ring, _, tags) => ring.Saved(MeterTally.Tag(tags, StashTelemetry.Outcome)),
        ["livestash.save.duration"] = static (ring, value, _) => ring.Record(StatisticsColumn.SaveDurations, value),
        ["livestash.memory.stashes"] = static (ring, value, _) => ring.Set(StatisticsColumn.Stashes, (long)value),
        ["livestash.memory.size"] = static (ring, value, _) => ring.Set(StatisticsColumn.Size, (long)value),
    };

    private readonly IReadOnlyList<IStashNodes> _engines;
    private readonly TimeProvider _time;
    private readonly MeterTally _tally;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StatisticsWindow> _kept = new(StringComparer.Ordinal);
    private IReadOnlyList<StashNode> _latest = [];
    private Task<DashboardData>? _reading;
    private long _readAt;

    /// <param name="meters">The host's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="engines">Those with nodes of their own.</param>
    /// <param name="metrics">Makes the instruments of this server: before its first circuit there are none, instead of nothing known.</param>
    public DashboardStatistics(IMeterFactory meters, TimeProvider time, IEnumerable<IStashNodes> engines, StashMetrics metrics)
    {
        GC.KeepAlive(metrics);
        (_engines, _time) = ([.. engines], time);
        _tally = new(meters, time, Readings);
    }

    public async Task SendAsync(HttpContext context) => await context.Response.WriteAsJsonAsync(
        await ReadAsync().WaitAsync(context.RequestAborted), JsonSerializerOptions.Web, context.RequestAborted);

    /// <summary>The latest numbers. Answers within a few seconds, whatever nodes do.</summary>
    public Task<DashboardData> ReadAsync()
    {
        lock (_lock)
        {
            if (_reading is null || (_reading.IsCompleted && _time.GetElapsedTime(_readAt) >= Freshness))
            {
                _readAt = _time.GetTimestamp();
                _reading = GatherAsync();
            }

            return _reading;
        }
    }

    public void Dispose() => _tally.Dispose();

    private static int OpenedColumn(string? status) => status switch
    {
        "new" => StatisticsColumn.OpenedNew,
        "recovered" => StatisticsColumn.OpenedRecovered,
        "not_found" => StatisticsColumn.OpenedNotFound,
        _ => StatisticsColumn.OpenedError,
    };

    private async Task<DashboardData> GatherAsync()
    {
        var answers = true;
        try
        {
            var nodes = new List<StashNode>();
            foreach (var engine in _engines)
            {
                nodes.AddRange(await engine.ReadAsync(CancellationToken.None));
            }

            _latest = nodes;
        }
        catch (Exception)
        {
            // Nobody there, or a frozen way in: all that were there do not answer.
            answers = false;
            _latest = [.. _latest.Select(static node => node with { State = StashNodeState.Silent, Window = null })];
        }

        _tally.Sample();
        var now = _tally.Clock.Now;
        Keep(now);
        var here = _tally.Read();
        return new DashboardView(now, here, [.. _tally.Engines.Select(engine => (engine, _tally.Read(engine)))]).Show(_engines.Count > 0, answers, Here, _latest, _kept);
    }

    private void Keep(long now)
    {
        foreach (var node in _latest)
        {
            if (node.Window is { } window)
            {
                _kept[node.Key] = window.On(now);
            }
        }

        var over = (now / StatisticsClock.Step) - StatisticsRing.Length;
        foreach (var key in _kept.OrderByDescending(static kept => kept.Value.Now).Where((kept, i) => i >= MaxKept || kept.Value.Current <= over).Select(static kept => kept.Key).ToArray())
        {
            _kept.Remove(key);
        }
    }
}
