using LiveStash.Browser;
using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace LiveStash.Testing;

/// <summary>Registration of LiveStash for tests of components.</summary>
public static class LiveStashTestingServiceCollectionExtensions
{
    /// <summary>
    /// Has components with <c>[Stash]</c> that a test renders recover and save as in a circuit, with all of LiveStash but the browser
    /// and the connection. Before or after the app's own <c>AddLiveStash()</c>, whose engine it takes the place of. For any renderer
    /// that takes its services from here, such as bUnit's: <c>var stash = Services.AddLiveStashTesting();</c>
    /// </summary>
    /// <param name="services">The services of one page.</param>
    /// <param name="configure">Changes settings of LiveStash.</param>
    /// <returns>What was saved before, and is saved now.</returns>
    public static TestStash AddLiveStashTesting(this IServiceCollection services, Action<LiveStashOptions>? configure = null)
    {
        var stash = new TestStash();
        services.AddLiveStashTesting(stash, configure);
        return stash;
    }

    /// <summary>The same for the page that comes back: another page of the tab that a stash is of.</summary>
    /// <param name="services">The services of that page.</param>
    /// <param name="stash">What another call has returned.</param>
    /// <param name="configure">Changes settings of LiveStash.</param>
    public static void AddLiveStashTesting(this IServiceCollection services, TestStash stash, Action<LiveStashOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(stash);
        services.AddLogging();
        services.TryAddSingleton<TimeProvider>(stash.Time);
        services.TryAddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();

        // An instance, which no container disposes of: the page that comes back is of another one.
        services.TryAddKeyedSingleton<IStashEngine>(TestStash.EngineName, stash.Engine);
        services.AddLiveStash(configure).AddEngine(TestStash.EngineName, ServiceLifetime.Singleton, _ => stash.Engine);
        services.PostConfigure<LiveStashOptions>(static options => (options.Engine, options.RecoveryPatience) = (TestStash.EngineName, TimeSpan.Zero));
        ComponentsMetricsServiceCollectionExtensions.AddComponentsMetrics(services);
        services.Replace(ServiceDescriptor.Singleton(stash.Tags));
        services.Replace(ServiceDescriptor.Scoped(provider => ActivatorUtilities.CreateInstance<StashBrowser>(provider, stash.OpenPage())));
        services.Replace(ServiceDescriptor.Scoped<IStashSessionKeyProvider, TestSessionKey>());

        // A mistake in a component is an exception where it is.
        services.Replace(ServiceDescriptor.Singleton(static provider => ActivatorUtilities.CreateInstance<StashPlans>(provider, new HostingEnvironment { EnvironmentName = Environments.Development })));
        services.AddSingleton(stash);
        services.TryAddScoped<StartedCircuit>();
        services.Replace(ServiceDescriptor.Scoped<IComponentActivator, TestComponentActivator>());
    }

    private sealed class TestSessionKey : IStashSessionKeyProvider
    {
        public ValueTask<string> GetSessionKeyAsync(CancellationToken cancellationToken = default) => new(TestStash.SessionKey);
    }
}
