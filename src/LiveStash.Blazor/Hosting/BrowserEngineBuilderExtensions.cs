using LiveStash;
using LiveStash.Engines;
using LiveStash.Hosting;
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
        builder.Services.Configure<BrowserEngineOptions>(options => options.Protection = protection);
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        AddTokens(builder.Services);
        return builder.AddEngine(StashEngineNames.Browser, ServiceLifetime.Scoped, static provider =>
            ActivatorUtilities.CreateInstance<BrowserEngine>(provider, Store(provider, StashEngineNames.Browser)));
    }

    /// <summary>
    /// Lets the browser hold a protected copy of what the chosen engine keeps, and recovers from it when the engine has lost the
    /// stash or cannot be reached. The newer of the two wins. The copy follows the engine's answer and costs a click nothing.
    /// Call it after the engine was chosen: <c>AddLiveStash().UseOrleans().WithBrowserFallback()</c>.
    /// </summary>
    public static ILiveStashBuilder WithBrowserFallback(this ILiveStashBuilder builder, Action<BrowserEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var engine = builder.Services.Select(static service => service.ImplementationInstance).OfType<StashEngineChoice>().LastOrDefault()?.Name
            ?? StashEngineNames.Memory;
        return builder.AddBrowserFallback(engine, configure).UseEngine(engine + StashEngineNames.BrowserFallbackSuffix);
    }

    /// <summary>Registers an engine with the browser's copy as its fallback, under the engine's name with <c>+browser</c>, without making it the default.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="engine">The name of a registered engine.</param>
    /// <param name="configure">Settings of the copy. It is encrypted unless they say otherwise.</param>
    public static ILiveStashBuilder AddBrowserFallback(this ILiveStashBuilder builder, string engine, Action<BrowserEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(engine);
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        builder.Services.PostConfigure<BrowserEngineOptions>(static options => options.Protection ??= StashTokenProtection.Encrypt);
        AddTokens(builder.Services);
        var name = engine + StashEngineNames.BrowserFallbackSuffix;
        return builder.AddEngine(name, ServiceLifetime.Scoped, provider => ActivatorUtilities.CreateInstance<FallbackEngine>(
            provider, provider.GetRequiredKeyedService<IStashEngine>(engine), name, Store(provider, name)));
    }

    private static void AddTokens(IServiceCollection services)
    {
        services.AddOptions<BrowserEngineOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BrowserEngineOptions>, BrowserEngineOptionsValidator>());
        services.AddDataProtection();
        services.TryAddSingleton<StashTokens>();
    }

    private static StashTokenStore Store(IServiceProvider provider, string engine) => ActivatorUtilities.CreateInstance<StashTokenStore>(
        provider, new JsBrowserVault(provider.GetRequiredService<IJSRuntime>(), engine));
}
