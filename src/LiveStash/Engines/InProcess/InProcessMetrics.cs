using System.Diagnostics.Metrics;
using LiveStash.Measuring;

namespace LiveStash.Engines.InProcess;

/// <summary>The instruments of the in-process engine. It counts what they show anyway.</summary>
internal static class InProcessMetrics
{
    public static void Observe(IMeterFactory meters, InProcessEngine engine)
    {
        var meter = meters.Create(StashTelemetry.Name);
        meter.CreateObservableUpDownCounter("livestash.memory.stashes", () => engine.Count, "{stash}", "Stashes in the memory of this server now.");
        meter.CreateObservableUpDownCounter("livestash.memory.size", () => engine.Bytes, "By", "Their content.");
    }
}
