using LiveStash;
using LiveStash.Browser;
using LiveStash.Dashboard;
using LiveStash.Hosting;
using LiveStash.Declaring;
using LiveStash.Measuring;
using LiveStash.Prerendering;
using LiveStash.Saving;
using LiveStash.Recovering;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of LiveStash in a Blazor app.</summary>
public static class LiveStashServiceCollectionExtensions
{
    /// <summary>
    /// Keeps the <c>[Stash]</c> properties of components across lost circuits. At first in the memory of this server; the
    /// builder takes other engines. Calling it again is harmless. An <see cref="IComponentActivator"/> of the app's own is
    /// registered before it.
    /// </summary>
    public static ILiveStashBuilder AddLiveStash(this IServiceCollection services, Action<LiveStashOptions>? configure = null)
    {
        var builder = services.AddLiveStashCore(configure);
        services.AddDataProtection();
        services.AddMetrics();
        services.AddOptions<StashSessionOptions>();
        services.TryAddSingleton<StashTags>();
        services.TryAddScoped<BrowserPatience>();
        services.TryAddScoped<StashBrowser>();
        services.TryAddScoped<TagFinder>();
        services.TryAddSingleton<StashPlans>();
        services.TryAddScoped<CircuitWork>();
        services.TryAddScoped<IdentityWatch>();
        services.TryAddScoped<StashSession>();
        services.TryAddSingleton<CircuitCount>();
        services.TryAddSingleton<StashMetrics>();
        services.TryAddSingleton<DashboardStatistics>();
        services.TryAddScoped<FleetWatch>();
        services.TryAddScoped<IStash>(static provider => provider.GetRequiredService<StashSession>());
        services.TryAddScoped<IStashSessionKeyProvider, SessionKeyProvider>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<CircuitHandler, StashCircuitHandler>());
        Surround<IComponentActivator, StashComponentActivator>(services, StashComponentActivator.AppsOwn);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, SessionCookieMiddleware>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ConnectionCookieMiddleware>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<StashConnectionOptions>, AzureSignalR>(_ => new(services)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ReloadedPagePolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HubOptions>, HubSetup>());
        services.TryAddSingleton<StoppingServer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StoppingServer>(static provider => provider.GetRequiredService<StoppingServer>()));
        services.TryAddSingleton<KeyRing>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KeyRingCheck>());
        return builder;
    }

    /// <summary>Changes what happens when a visitor signs in.</summary>
    public static ILiveStashBuilder ConfigureSession(this ILiveStashBuilder builder, Action<StashSessionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Changes how pages connect to their server.</summary>
    public static ILiveStashBuilder ConfigureConnection(this ILiveStashBuilder builder, Action<StashConnectionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Changes settings circuit by circuit, for example by the address of the page.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Called once per circuit, before its stash is opened. Starts with the values of <see cref="LiveStashOptions"/>.</param>
    public static ILiveStashBuilder ConfigureCircuit(this ILiveStashBuilder builder, Action<StashCircuitOptions, Uri> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton<IConfigureStashCircuit>(new ConfigureStashCircuit(configure));
        return builder;
    }

    /// <summary>
    /// Keeps the <c>[Stash]</c> properties of a scoped service, as of a component. The service is made when a circuit starts, and
    /// has its recovered values before any component does.
    /// </summary>
    /// <typeparam name="TService">The service. Registered as scoped by this call, unless the app registers it.</typeparam>
    public static ILiveStashBuilder AddService<TService>(this ILiveStashBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!typeof(TService).IsAbstract)
        {
            builder.Services.TryAddScoped<TService>();
        }

        if (!builder.Services.Any(static descriptor => descriptor.ImplementationInstance is StashedService known && known.Type == typeof(TService)))
        {
            builder.Services.AddSingleton(new StashedService(typeof(TService), builder.Services));
        }

        return builder;
    }

    /// <summary>Puts a service of ours around the one that is registered, which it finds under a key.</summary>
    private static void Surround<TService, TOurs>(IServiceCollection services, string key)
        where TService : class
        where TOurs : class, TService
    {
        var inner = services.LastOrDefault(static descriptor => descriptor.ServiceType == typeof(TService) && !descriptor.IsKeyedService);
        if (inner?.ImplementationType?.IsAssignableTo(typeof(TOurs)) == true)
        {
            return;
        }

        if (inner is not null)
        {
            services.Remove(inner);
            services.Add(inner switch
            {
                { ImplementationInstance: { } instance } => ServiceDescriptor.KeyedSingleton(typeof(TService), key, instance),
                { ImplementationFactory: { } factory } => ServiceDescriptor.DescribeKeyed(typeof(TService), key, (provider, _) => factory(provider), inner.Lifetime),
                _ => ServiceDescriptor.DescribeKeyed(typeof(TService), key, inner.ImplementationType!, inner.Lifetime),
            });
        }

        services.AddScoped<TService, TOurs>();
    }
}
