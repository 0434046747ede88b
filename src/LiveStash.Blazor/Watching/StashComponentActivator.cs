using System.Collections.Concurrent;
using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Watching;

/// <summary>
/// Makes components, as Blazor or the app's own activator does, and has those with <c>[Stash]</c> properties followed. What a
/// component's life is can be seen from a derived type; where there can be none, because it is sealed or another activator made
/// it, the slot is named by its type, and its going is noticed late.
/// </summary>
internal class StashComponentActivator(IServiceProvider services, StashSession session, [FromKeyedServices(StashComponentActivator.AppsOwn)] IComponentActivator? own = null) : IComponentActivator
{
    /// <summary>The key under which the app's own activator is registered.</summary>
    public const string AppsOwn = "LiveStash.AppsOwn";

    private static readonly ConcurrentDictionary<Type, ObjectFactory> Factories = new();

    public virtual IComponent CreateInstance(Type componentType)
    {
        if (!typeof(IComponent).IsAssignableFrom(componentType))
        {
            throw new ArgumentException($"The type {componentType.FullName} does not implement {nameof(IComponent)}.", nameof(componentType));
        }

        var plan = StashPlan.For(componentType);
        if (own is not null)
        {
            var made = own.CreateInstance(componentType);
            session.Follow(made, StashPlan.Of(made));
            return made;
        }

        // Also while prerendering, so that .NET knows what it hands over by the same name.
        var type = plan.Properties.Count > 0 && StashProxy.For(componentType) is { } proxy ? proxy : componentType;
        var component = (IComponent)Factories.GetOrAdd(type, static type => ActivatorUtilities.CreateFactory(type, Type.EmptyTypes))(services, null);
        session.Follow(component, plan);
        return component;
    }
}
