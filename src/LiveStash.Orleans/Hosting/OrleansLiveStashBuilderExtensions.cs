using LiveStash;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Measuring;
using LiveStash.Orleans.Options;
using LiveStash.Orleans.Statistics;
using LiveStash.Statistics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the Orleans engine.</summary>
public static class OrleansLiveStashBuilderExtensions
{
    /// <summary>
    /// Keeps stashes in an Orleans cluster and makes that the engine of this host. Takes the grain factory of the silo in this
    /// process (<c>UseOrleans</c>) or of the client (<c>UseOrleansClient</c>); with neither, the host does not start and says
    /// which line to add. Silos call <c>siloBuilder.AddLiveStash()</c>. Calling it again is harmless.
    /// </summary>
    /// <param name="builder">The builder that <c>AddLiveStash()</c> returned.</param>
    public static ILiveStashBuilder UseOrleans(this ILiveStashBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSerializer(static serializer => serializer.AddAssembly(typeof(IStashGrain).Assembly));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LiveStashOptions>, OrleansEngineValidator>());
        builder.Services.AddMetrics();
        builder.Services.TryAddSingleton<StashMetrics>();
        builder.Services.TryAddSingleton<OrleansEngineServices>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IStashNodes, OrleansNodes>());
        return builder
            .AddEngine(StashEngineNames.Orleans, ServiceLifetime.Scoped, static provider => new OrleansEngine(provider.GetRequiredService<OrleansEngineServices>()))
            .UseEngine(StashEngineNames.Orleans);
    }
}
