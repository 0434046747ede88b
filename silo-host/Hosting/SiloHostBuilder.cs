using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using SiloHost.Configuration;
using SiloHost.Dashboard;
using SiloHost.Security;
using SiloHost.Telemetry;

namespace SiloHost.Hosting;

/// <summary>Builds the host: the silo, and a web server for its health.</summary>
internal static class SiloHostBuilder
{
    private const string DefaultUrls = "http://127.0.0.1:8080";
    private const string ReadyTag = "ready";

    /// <summary>Set by Kubernetes in every pod, and by the pod's description as Microsoft.Orleans.Hosting.Kubernetes wants it.</summary>
    private static readonly string[] PodVariables = ["KUBERNETES_SERVICE_HOST", "POD_NAME", "POD_NAMESPACE", "POD_IP"];

    /// <summary>Builds, starts nothing, and adds to the list what is wrong with the settings. With errors, the host is of no use.</summary>
    public static IHost Build(string[] args, List<string> errors)
    {
        var host = Host.CreateDefaultBuilder(args)
            .UseContentRoot(AppContext.BaseDirectory)
            .ConfigureHostConfiguration(static host => host.AddInMemoryCollection([new("urls", DefaultUrls)]))
            .ConfigureAppConfiguration(configuration => Check(configuration, args, errors))
            .ConfigureServices(static (context, services) => services
                .Configure<HostOptions>(context.Configuration.GetSection("HostOptions"))
                .AddOtlpExport(context.Configuration, context.HostingEnvironment))

            // Before the silo: the first to start and the last to stop, so that it answers while the silo does either.
            .ConfigureWebHostDefaults(ConfigureHealth)
            .UseOrleans(ConfigureSilo)
            .Build();
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException exception)
        {
            errors.AddRange(exception.Failures);
        }
        catch (AggregateException exception)
        {
            errors.AddRange(exception.InnerExceptions.SelectMany(static inner => inner is OptionsValidationException options ? options.Failures : [inner.Message]));
        }

        return host;
    }

    private static void Check(IConfigurationBuilder configuration, string[] args, List<string> errors)
    {
        var root = configuration.Build();
        SettingError[] found = [.. Arguments.Find(args), .. Arguments.FindFormer(root), .. SettingsCheck.Find(root, typeof(StashGrainOptions))];
        errors.AddRange(found.Select(static error => $"{error}"));
        configuration
            .AddInMemoryCollection(found.Select(static error => KeyValuePair.Create(error.Key, error.Instead)))
            .AddInMemoryCollection(new TlsSection(root).Instead())
            .AddInMemoryCollection(ProviderSection.Complete(configuration.Build()));
    }

    private static void ConfigureSilo(HostBuilderContext context, ISiloBuilder silo)
    {
        if (PodVariables.All(static name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            silo.UseKubernetesHosting();
        }
        else
        {
            silo.ListenOnLoopback();
        }

        if (OtlpExport.IsConfigured(silo.Configuration))
        {
            silo.AddActivityPropagation();
        }

        silo.UseConfiguredTls(context.Configuration).AddConfiguredDashboard(context.Configuration).AddConfiguredLiveStash();
    }

    private static void ConfigureHealth(IWebHostBuilder web) => web
        .ConfigureServices(services => services.AddRouting().AddHealthChecks().AddLiveStashSilo(tags: [ReadyTag]))
        .Configure((context, app) => app
            .UseHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false })
            .UseHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(ReadyTag) })
            .UseRouting()
            .UseEndpoints(endpoints => endpoints.MapConfiguredDashboard(context.Configuration)));
}
