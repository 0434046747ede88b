using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Declaring;

/// <summary>What of a type is saved, and what tells its instances apart. Made once per type; programming mistakes show up here, at first use.</summary>
internal sealed class StashPlan
{
    private static readonly ConcurrentDictionary<Type, StashPlan> Plans = new();

    private StashPlan(Type type)
    {
        // Not FullName: for a generic component that carries assembly versions, which change with every deployment.
        TypeName = type.ToString();
        Properties = [.. PropertiesOf(type)];
        Defaults = type.GetCustomAttribute<StashAttribute>() ?? new StashAttribute();
        Key = Properties.Count == 0 ? StashKeyPlan.None : new(type);
        NeedsParameters = typeof(IHasStashSettings).IsAssignableFrom(type) && !IsOfTheBaseAlone(type);
        IsHandedOver = Properties.Any(static property => property.IsHandedOver);
    }

    public string TypeName { get; }

    public IReadOnlyList<StashProperty> Properties { get; }

    /// <summary>The class's own attribute.</summary>
    public StashAttribute Defaults { get; }

    public StashKeyPlan Key { get; }

    /// <summary>Whether the owner has to have its parameters before it can say how it is kept.</summary>
    public bool NeedsParameters { get; }

    /// <summary>Whether a property also gets its value from the prerendered page.</summary>
    public bool IsHandedOver { get; }

    public static void ClearCache() => Plans.Clear();

    public static StashPlan For(Type type) => Plans.GetOrAdd(type, static type => new(type));

    /// <summary>The plan of an instance, which may be of the derived type that LiveStash makes.</summary>
    public static StashPlan Of(object owner) => For(owner is IStashProxy ? owner.GetType().BaseType! : owner.GetType());

    /// <summary>Whether its settings are the base class's, which ask nothing of the parameters.</summary>
    private static bool IsOfTheBaseAlone(Type type) => typeof(StashComponentBase).IsAssignableFrom(type)
        && type.GetInterfaceMap(typeof(IHasStashSettings)).TargetMethods[0].DeclaringType == typeof(StashComponentBase)
        && type.GetProperty(nameof(IHasStashSettings.StashSettings), BindingFlags.Instance | BindingFlags.NonPublic) is { } settings && settings.DeclaringType == typeof(StashComponentBase);

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

                ThrowIfImpossible(property);
                if (seen.Add(property.Name))
                {
                    yield return StashProperty.Create(property, attribute);
                }
                else if (!property.GetMethod!.IsVirtual)
                {
                    throw Mistake(property, "is hidden by a [Stash] property of a derived class", "Rename one of the two.");
                }
            }
        }
    }

    private static void ThrowIfImpossible(PropertyInfo property)
    {
        if (property.GetMethod is null || property.SetMethod is null)
        {
            throw Mistake(property, "has no getter or no setter", "Give it both (private ones will do), or remove [Stash].");
        }

        if (property.IsDefined(typeof(ParameterAttribute)))
        {
            throw Mistake(property, "is a parameter", "The parent decides its value: put [Stash] on the parent's property, or copy the parameter to a property of its own.");
        }

        var supplied = property.GetCustomAttributes().FirstOrDefault(static attribute => attribute is CascadingParameterAttributeBase and not PersistentStateAttribute);
        if (supplied is not null)
        {
            var name = supplied.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);
            throw Mistake(property, $"is a parameter: [{name}] decides its value", $"Remove [Stash], or copy the value to a property of its own. Only [PersistentState] goes with [Stash].");
        }

        if (property.GetIndexParameters().Length > 0 || property.PropertyType.IsByRefLike || property.PropertyType.IsByRef)
        {
            throw Mistake(property, "is an indexer or of a by-reference type", "Such values cannot be kept; use a list, a dictionary or an array.");
        }
    }

    private static InvalidOperationException Mistake(PropertyInfo property, string what, string fix) =>
        new($"[Stash] property {property.DeclaringType}.{property.Name} {what}. {fix}");
}
