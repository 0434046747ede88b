using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Hosting;

/// <summary>A scoped service whose <c>[Stash]</c> properties are kept.</summary>
internal sealed class StashedService(Type type, IServiceCollection services)
{
    public Type Type { get; } = type;

    /// <summary>One instance for all circuits would mix what their users do.</summary>
    public void ThrowIfShared()
    {
        if (services.LastOrDefault(descriptor => descriptor.ServiceType == Type && !descriptor.IsKeyedService) is { Lifetime: not ServiceLifetime.Scoped } other)
        {
            throw new InvalidOperationException($"The service {Type} is {other.Lifetime}, so its [Stash] properties cannot be kept. Register it as scoped: one for each circuit.");
        }
    }
}
