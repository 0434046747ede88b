using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SiloHost.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector where OpenTelemetry's own setting names one, and does nothing otherwise. The other
/// settings are OpenTelemetry's own too, as OTEL_EXPORTER_OTLP_PROTOCOL and OTEL_SERVICE_NAME.
/// </summary>
internal static class OtlpExport
{
    /// <summary>Where the collector is.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string TimeoutSetting = "OTEL_EXPORTER_OTLP_TIMEOUT";

    private static readonly string[] NameSettings = ["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"];

    private static readonly string[] Meters =
        ["LiveStash", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Components.Server.Circuits", "System.Runtime"];

    private static readonly string[] Sources =
        ["LiveStash", "Microsoft.Orleans.Application", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Components.Server.Circuits"];

    /// <summary>A collector that stands still keeps the end of the process waiting for so long at most, for each of the two signals.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Whether there is a collector: calls of grains are to be followed then.</summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration[EndpointSetting] is { Length: > 0 };

    public static IServiceCollection AddOtlpExport(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        if (!IsConfigured(configuration))
        {
            return services;
        }

        services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (NameSettings.All(name => string.IsNullOrEmpty(configuration[name])))
                {
                    resource.AddService(environment.ApplicationName);
                }
            })
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter(Bound))
            .WithTracing(traces => traces.AddSource(Sources).AddOtlpExporter(Bound));
        return services;

        void Bound(OtlpExporterOptions exporter) =>
            exporter.TimeoutMilliseconds = string.IsNullOrEmpty(configuration[TimeoutSetting]) ? (int)Timeout.TotalMilliseconds : exporter.TimeoutMilliseconds;
    }
}
