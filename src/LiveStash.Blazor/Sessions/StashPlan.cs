using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Sessions;

/// <summary>What of a component type is saved. Made once per type; programming mistakes show up here, at first use.</summary>
internal sealed class StashPlan
{
    private static readonly ConcurrentDictionary<Type, StashPlan> Plans = new();

    private StashPlan(Type type)
    {
        // Not FullName: for a generic component that carries assembly versions, which change with every deployment.
        TypeName = type.ToString();
        Properties = [.. PropertiesOf(type)];
        if (typeof(StashComponentBase).IsAssignableFrom(type))
        {
            ThrowIfDisposeIsHidden(type);
        }
    }

    public string TypeName { get; }

    public IReadOnlyList<StashProperty> Properties { get; }

    public static StashPlan For(Type type) => Plans.GetOrAdd(type, static type => new(type));

    private static IEnumerable<StashProperty> PropertiesOf(Type type)
    {
        const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            foreach (var property in current.GetProperties(Declared))
            {
                if (property.GetCustomAttribute<StashAttribute>() is not { } attribute)
                {
                    continue;
                }

                if (property.GetMethod is null || property.SetMethod is null)
                {
                    throw Mistake(property, "has no getter or no setter", "Give it both (private ones will do), or remove [Stash].");
                }

                if (property.IsDefined(typeof(ParameterAttribute)) || property.IsDefined(typeof(CascadingParameterAttribute)))
                {
                    throw Mistake(property, "is a parameter", "The parent decides its value: put [Stash] on the parent's property, or copy the parameter to a property of its own.");
                }

                if (property.GetIndexParameters().Length > 0 || property.PropertyType.IsByRefLike || property.PropertyType.IsByRef)
                {
                    throw Mistake(property, "is an indexer or of a by-reference type", "Such values cannot be kept; use a list, a dictionary or an array.");
                }

                if (seen.Add(property.Name))
                {
                    yield return StashProperty.Create(property, attribute.ScopeOrNull);
                }
                else if (!property.GetMethod.IsVirtual)
                {
                    throw Mistake(property, "is hidden by a [Stash] property of a derived class", "Rename one of the two.");
                }
            }
        }
    }

    private static void ThrowIfDisposeIsHidden(Type type)
    {
        var map = type.GetInterfaceMap(typeof(IDisposable));
        if (map.TargetMethods[0].DeclaringType != typeof(StashComponentBase) || typeof(IAsyncDisposable).IsAssignableFrom(type))
        {
            throw new InvalidOperationException(
                $"{type} implements IDisposable or IAsyncDisposable itself, so its slot in the stash would never be given back. " +
                "Override StashComponentBase.Dispose(bool) and call the base from it; for asynchronous disposal inject IStash instead of inheriting.");
        }
    }

    private static InvalidOperationException Mistake(PropertyInfo property, string what, string fix) =>
        new($"[Stash] property {property.DeclaringType}.{property.Name} {what}. {fix}");
}
