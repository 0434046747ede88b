using LiveStash;
using LiveStash.Hosting;
using LiveStash.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of an engine with faults.</summary>
public static class FaultyStashEngineBuilderExtensions
{
    private const string Suffix = "+faults";

    /// <summary>
    /// Puts faults on demand around the chosen engine, whose name goes on with <c>+faults</c> then: for an app that is to show what
    /// its users see. Whoever injects <see cref="FaultyStashEngine"/> sets them. Called after the engine was chosen, and before
    /// <c>WithBrowserFallback()</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The chosen engine is a circuit's own, as the browser's is.</exception>
    public static ILiveStashBuilder WithFaults(this ILiveStashBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var engine = builder.Services.Select(static service => service.IsKeyedService ? null : service.ImplementationInstance).OfType<StashEngineChoice>().LastOrDefault()?.Name ?? StashEngineNames.Memory;
        if (engine.Contains(Suffix, StringComparison.Ordinal))
        {
            return builder;
        }

        if (builder.Services.Any(service => service.IsKeyedService && service.ServiceType == typeof(IStashEngine) && Equals(service.ServiceKey, engine) && service.Lifetime != ServiceLifetime.Singleton))
        {
            throw new InvalidOperationException($"The engine '{engine}' is of one circuit only. Call WithFaults() before WithBrowserFallback(), on an engine that all circuits share.");
        }

        builder.Services.AddSingleton(provider => new FaultyStashEngine(provider.GetRequiredKeyedService<IStashEngine>(engine), provider.GetRequiredService<TimeProvider>()));
        return builder.AddEngine(engine + Suffix, ServiceLifetime.Singleton, static provider => provider.GetRequiredService<FaultyStashEngine>()).UseEngine(engine + Suffix);
    }
}
