using LiveStash;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SiloHost.Telemetry;

namespace Showcase.Hosting;

/// <summary>All that the hosts of the showcase have in common. A host adds its engines and calls these two.</summary>
public static class ShowcaseExtensions
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string KeysSetting = "DataProtection:Keys";
    private const string DashboardSetting = "Dashboard:Enabled";

    /// <summary>
    /// Adds the pages, LiveStash with the engine and time to live of each page's address, and Data Protection with keys on
    /// disk. The host listens on http://127.0.0.1:5080 unless it is told otherwise.
    /// </summary>
    /// <remarks>
    /// Settings: <c>DataProtection:Keys</c> is the folder of the keys; by default one below the user's local application
    /// data, or below the content root where there is no such folder. The section <c>LiveStash</c> sets <see cref="LiveStashOptions"/>.
    /// </remarks>
    /// <returns>The builder that engines are added to.</returns>
    public static ILiveStashBuilder AddShowcase(this WebApplicationBuilder builder, Action<ShowcaseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!IsToldWhereToListen(builder.Configuration))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        // Otherwise build output that is run outside of Development serves no stylesheet and no script.
        builder.WebHost.UseStaticWebAssets();
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();

        // Degraded, which is 200: a server that shows its pages and cannot save is better than none.
        services.AddHealthChecks().AddLiveStash(failureStatus: HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(1));
        services.AddOtlpExport(builder.Configuration, builder.Environment);
        services.AddDataProtection()
            .SetApplicationName("LiveStash.Showcase")
            .PersistKeysToFileSystem(Directory.CreateDirectory(KeysFolder(builder)));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineCatalog>();
        services.TryAddSingleton<KillSwitch>();
        services.AddOptions<ShowcaseOptions>().Configure(options => configure?.Invoke(options));
        services.AddOptions<LiveStashOptions>().Bind(builder.Configuration.GetSection("LiveStash"));
        return services.AddLiveStash().ConfigureCircuit((circuit, uri) => Configure(circuit, uri, services));
    }

    /// <summary>
    /// Maps the pages, their assets and <c>/healthz</c>, with the setting <c>Dashboard:Enabled</c> also <c>/livestash</c>, and has the
    /// host say where it is once it is up.
    /// </summary>
    public static WebApplication MapShowcase(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapHealthChecks("/healthz");
        app.MapAccount();
        if (app.Configuration.GetValue<bool>(DashboardSetting))
        {
            // Without a policy: for this machine alone.
            app.MapLiveStashDashboard();
        }

        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        app.PrintWelcomeWhenStarted();
        return app;
    }

    private static void Configure(StashCircuitOptions circuit, Uri uri, IServiceCollection services)
    {
        var url = ShowcaseUrl.Parse(uri);
        circuit.TimeToLive = url.TimeToLive ?? circuit.TimeToLive;
        circuit.Scope = url.Scope ?? circuit.Scope;

        // The address comes from the browser and may name anything. The page itself is only served for a known engine.
        if (services.Any(service => service.ImplementationInstance is StashEngineRegistration known && known.Name == url.Engine))
        {
            circuit.Engine = url.Engine!;
        }
    }

    private static bool IsToldWhereToListen(ConfigurationManager configuration) =>
        new[] { "urls", "http_ports", "https_ports" }.Any(key => !string.IsNullOrEmpty(configuration[key]))
        || configuration.GetSection("Kestrel:Endpoints").Exists();

    private static string KeysFolder(WebApplicationBuilder builder)
    {
        if (builder.Configuration[KeysSetting] is { Length: > 0 } configured)
        {
            return configured;
        }

        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return local.Length > 0
            ? Path.Combine(local, "LiveStash.Showcase", "keys")
            : Path.Combine(builder.Environment.ContentRootPath, "keys");
    }
}
