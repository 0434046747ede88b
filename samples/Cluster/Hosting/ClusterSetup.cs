using LiveStash;
using Orleans.Configuration;
using Orleans.Hosting;
using SiloHost.Configuration;
using SiloHost.Security;

namespace Cluster.Hosting;

/// <summary>This web server's part in the cluster: a silo in its process, or a client of silos elsewhere.</summary>
internal static class ClusterSetup
{
    private const string ModeKey = "Cluster:Mode";

    /// <summary>Puts the sample's defaults below the settings, completes them, and answers with what is wrong.</summary>
    public static IReadOnlyList<SettingError> ReadCluster(this ConfigurationManager configuration, out bool isClient)
    {
        isClient = string.Equals(configuration[ModeKey], "client", StringComparison.OrdinalIgnoreCase);
        SettingError[] errors =
        [
            .. SettingsCheck.FindUnknown(configuration.GetSection("Cluster"), ["Mode"]),
            .. SettingsCheck.Find(configuration, typeof(StashGrainOptions), typeof(LiveStashOptions)),
        ];
        configuration.AddInMemoryCollection(ProviderSection.Complete(configuration));
        return configuration[ModeKey] is null or "" || isClient || string.Equals(configuration[ModeKey], "cohost", StringComparison.OrdinalIgnoreCase)
            ? errors
            : [new(ModeKey, $"is '{configuration[ModeKey]}'; set cohost or client."), .. errors];
    }

    public static void UseSilo(this WebApplicationBuilder builder, Action<ISiloBuilder>? configure = null)
    {
        // What the silo holds in memory goes to the other nodes before it ends; that may take a while.
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        builder.UseOrleans(silo =>
        {
            silo.ListenOnLoopback().UseConfiguredTls(builder.Configuration).AddConfiguredLiveStash();
            configure?.Invoke(silo);
            if (IsObserved(silo.Configuration))
            {
                silo.AddActivityPropagation();
            }
        });
    }

    public static void UseClient(this WebApplicationBuilder builder)
    {
        // A client has no storage and no reminders, and Orleans refuses their sections; those of the silos may be there.
        string[] parts = ["Clustering", "ClusterId", "ServiceId", "Messaging", "Gateway"];
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(parts.SelectMany(part => builder.Configuration.GetSection($"Orleans:{part}").AsEnumerable()).Where(static setting => setting.Value is not null))
            .Build();
        builder.Services.AddOrleansClient(settings, client =>
        {
            if (IsObserved(builder.Configuration))
            {
                client.AddActivityPropagation();
            }

            client.UseConfiguredTls(builder.Configuration);

            // A silo that froze keeps its connection. The client drops it when the list says so, and Orleans reads that once a minute.
            client.Configure<GatewayOptions>(static options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));

            // The web server may be started before the silos, and waits for the first.
            client.UseConnectionRetryFilter(static async (_, cancellationToken) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
                return true;
            });
        });
    }

    /// <summary>Whether a collector gets traces, in which calls of grains are wanted.</summary>
    private static bool IsObserved(IConfiguration configuration) => configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
}
