using System.Diagnostics.Metrics;
using LiveStash;
using LiveStash.Engines.InProcess;
using LiveStash.Hosting;
using LiveStash.Options;
using LiveStash.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of LiveStash without a user interface: options, serializer, engines.</summary>
public static class LiveStashBuilderExtensions
{
    /// <summary>
    /// Adds options, serializer and the in-process engine. A Blazor app calls <c>AddLiveStash()</c> of the package
    /// LiveStash.Blazor instead, which includes this. Calling it again is harmless.
    /// </summary>
    public static ILiveStashBuilder AddLiveStashCore(this IServiceCollection services, Action<LiveStashOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<LiveStashOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LiveStashOptions>, LiveStashOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IStashSerializer, JsonStashSerializer>();
        services.AddOptions<InProcessEngineOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InProcessEngineOptions>, InProcessEngineOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        var builder = new LiveStashBuilder(services);
        return builder.AddEngine(StashEngineNames.Memory, ServiceLifetime.Singleton, static provider =>
        {
            var engine = ActivatorUtilities.CreateInstance<InProcessEngine>(provider);
            InProcessMetrics.Observe(provider.GetRequiredService<IMeterFactory>(), engine);
            return engine;
        });
    }

    /// <summary>Sets the bounds of the in-process engine.</summary>
    public static ILiveStashBuilder ConfigureInProcessEngine(this ILiveStashBuilder builder, Action<InProcessEngineOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Registers an engine under a name. The first registration of a name counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The key of the service and the value for <see cref="LiveStashOptions.Engine"/>.</param>
    /// <param name="lifetime">Singleton, or scoped for an engine that belongs to one circuit.</param>
    /// <param name="factory">Makes the engine.</param>
    public static ILiveStashBuilder AddEngine(
        this ILiveStashBuilder builder, string name, ServiceLifetime lifetime, Func<IServiceProvider, IStashEngine> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.TryAdd(ServiceDescriptor.DescribeKeyed(typeof(IStashEngine), name, (provider, _) => factory(provider), lifetime));
        if (!builder.Services.Any(descriptor => descriptor.ImplementationInstance is StashEngineRegistration known && known.Name == name))
        {
            builder.Services.AddSingleton(new StashEngineRegistration(name));
        }

        return builder;
    }

    /// <summary>Makes a registered engine the one that pages use. The last call counts.</summary>
    public static ILiveStashBuilder UseEngine(this ILiveStashBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.Configure<LiveStashOptions>(options => options.Engine = name);
        builder.Services.AddSingleton(new StashEngineChoice(name));
        return builder;
    }
}
