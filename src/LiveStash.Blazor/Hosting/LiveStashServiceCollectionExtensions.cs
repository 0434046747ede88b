using LiveStash;
using LiveStash.Browser;
using LiveStash.Circuits;
using LiveStash.Hosting;
using LiveStash.Sessions;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Hosting;
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
    /// builder takes other engines. Calling it again is harmless.
    /// </summary>
    public static ILiveStashBuilder AddLiveStash(this IServiceCollection services, Action<LiveStashOptions>? configure = null)
    {
        var builder = services.AddLiveStashCore(configure);
        services.AddDataProtection();
        services.AddOptions<StashSessionOptions>();
        services.TryAddSingleton<StashTags>();
        services.TryAddScoped<StashBrowser>();
        services.TryAddScoped<TagFinder>();
        services.TryAddScoped<CircuitWork>();
        services.TryAddScoped<StashSession>();
        services.TryAddScoped<IStash>(static provider => provider.GetRequiredService<StashSession>());
        services.TryAddScoped<IStashSessionKeyProvider, SessionKeyProvider>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<CircuitHandler, StashCircuitHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, SessionCookieMiddleware>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HubOptions>, CircuitRequestSetup>());
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
}
