using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace LiveStash.Tests.Measuring;

/// <summary>Reads an instrument of a host.</summary>
internal static class MetricReading
{
    /// <summary>Listens to an instrument of the host, which need not be there yet.</summary>
    public static MetricCollector<T> Metric<T>(this IServiceProvider host, string name)
        where T : struct => new(host.GetRequiredService<IMeterFactory>(), "LiveStash", name);

    /// <summary>Each measurement with the values of its tags in the order of their keys, as in <c>1 memory ok</c>.</summary>
    public static string[] Told<T>(this MetricCollector<T> collector)
        where T : struct => [.. collector.GetMeasurementSnapshot().Select(static one =>
            string.Join(' ', one.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => tag.Value).Prepend(FormattableString.Invariant($"{one.Value}"))))];

    /// <summary>What an observable instrument says now.</summary>
    public static T Now<T>(this MetricCollector<T> collector)
        where T : struct
    {
        collector.RecordObservableInstruments();
        return collector.LastMeasurement!.Value;
    }
}
