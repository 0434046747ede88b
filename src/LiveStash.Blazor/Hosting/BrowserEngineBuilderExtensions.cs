using LiveStash;
using LiveStash.Engines;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the browser memory engine.</summary>
public static class BrowserEngineBuilderExtensions
{
    /// <summary>
    /// Makes the browser memory engine the one that pages use: the state is a protected token in the tab's sessionStorage,
    /// costs the server nothing and outlives it, as long as the servers share a persistent Data Protection key ring.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="protection">Whether users may read what is kept. There is no default.</param>
    /// <param name="configure">Further settings.</param>
    public static ILiveStashBuilder UseBrowser(
        this ILiveStashBuilder builder, StashTokenProtection protection, Action<BrowserEngineOptions>? configure = null) =>
        builder.AddBrowserEngine(protection, configure).UseEngine(StashEngineNames.Browser);

    /// <summary>Registers the browser memory engine without making it the default.</summary>
    public static ILiveStashBuilder AddBrowserEngine(
        this ILiveStashBuilder builder, StashTokenProtection protection, Action<BrowserEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<BrowserEngineOptions>().ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BrowserEngineOptions>, BrowserEngineOptionsValidator>());
        builder.Services.Configure<BrowserEngineOptions>(options => options.Protection = protection);
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        builder.Services.AddDataProtection();
        builder.Services.TryAddSingleton<StashTokens>();
        return builder.AddEngine(StashEngineNames.Browser, ServiceLifetime.Scoped, static provider => ActivatorUtilities.CreateInstance<BrowserEngine>(
            provider, new JsBrowserVault(provider.GetRequiredService<IJSRuntime>(), StashEngineNames.Browser)));
    }
}
