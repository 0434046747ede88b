using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using SiloHost.Health;
using SiloHost.Settings;

namespace SiloHost.Hosting;

/// <summary>Builds the host: the silo, and a web server for its health.</summary>
internal static class SiloHostBuilder
{
    private const string ReadyTag = "ready";

    /// <summary>Builds, and neither starts nor checks anything.</summary>
    public static IHost Build(string[] args) =>
        Host.CreateDefaultBuilder(args)
            .UseContentRoot(AppContext.BaseDirectory)
            .ConfigureHostConfiguration(static host => host.AddInMemoryCollection([new(SiloSettings.Urls.Key, SiloSettings.Urls.Default)]))
            .ConfigureLogging(ConfigureLogging)
            .ConfigureServices((context, services) => services.Configure<HostOptions>(
                options => options.ShutdownTimeout = SiloSettings.ShutdownTimeout.Get(context.Configuration)))

            // Before the silo: the first to start and the last to stop, so that it answers while the silo does either.
            .ConfigureWebHostDefaults(ConfigureHealth)
            .UseOrleans(SiloConfiguration.Configure)
            .Build();

    private static void ConfigureHealth(IWebHostBuilder web) => web
        .ConfigureServices(services => services.AddHealthChecks().AddCheck<SiloReadyCheck>("silo", tags: [ReadyTag]))
        .Configure(app => app
            .UseHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false })
            .UseHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(ReadyTag) }));

    private static void ConfigureLogging(HostBuilderContext context, ILoggingBuilder logging)
    {
        if (SiloSettings.LogFormatting.Get(context.Configuration) == LogFormat.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                options.IncludeScopes = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(options => options.TimestampFormat = "HH:mm:ss.fff ");
        }
    }
}
