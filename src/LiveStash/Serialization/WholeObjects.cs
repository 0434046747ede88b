using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LiveStash.Serialization;

/// <summary>
/// Has JSON give back what it writes of an object: by itself it passes over properties whose setter is not public, and those that
/// have none; and reads a stack the other way around than it writes it. What is computed stays so.
/// </summary>
internal static class WholeObjects
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static void Modify(JsonTypeInfo info)
    {
        if (info.Kind == JsonTypeInfoKind.Enumerable)
        {
            TurnStack(info);
        }

        if (info.Kind != JsonTypeInfoKind.Object || info.Options.IgnoreReadOnlyProperties)
        {
            return;
        }

        var another = new NewObject(info);
        foreach (var property in info.Properties)
        {
            if (property is { Get: { } get, Set: null, AssociatedParameter: null, IsExtensionData: false, AttributeProvider: PropertyInfo own }
                && (property.ObjectCreationHandling ?? info.Options.PreferredObjectCreationHandling) != JsonObjectCreationHandling.Populate
                && !own.IsDefined(typeof(JsonIgnoreAttribute)))
            {
                property.Set = SetterOf(own, get, another);
            }
        }
    }

    private static Action<object, object?>? SetterOf(PropertyInfo property, Func<object, object?> get, NewObject another)
    {
        var declared = property.DeclaringType!.GetProperty(property.Name, All);
        if (declared?.SetMethod is not null)
        {
            return declared.SetValue;
        }

        var shown = ShownCollection.Of(property.PropertyType, get, another);
        if (property.DeclaringType.GetField($"<{property.Name}>k__BackingField", All) is not { } field)
        {
            return shown is null ? null : (owner, value) => shown.Refill(owner, value);
        }

        return (owner, value) =>
        {
            if (shown is null || !shown.Refill(owner, value))
            {
                field.SetValue(owner, value);
            }
        };
    }

    private static void TurnStack(JsonTypeInfo info)
    {
        if (info.Type.IsGenericType && info.Type.GetGenericTypeDefinition() is var type && (type == typeof(Stack<>) || type == typeof(ConcurrentStack<>)))
        {
            info.OnDeserialized = Generic<Action<object>>(nameof(Turn), info.Type.GetGenericArguments()[0]) + info.OnDeserialized;
        }
    }

    private static void Turn<T>(object stack)
    {
        switch (stack)
        {
            case Stack<T> own:
                var items = own.ToArray();
                own.Clear();
                Array.ForEach(items, own.Push);
                break;
            case ConcurrentStack<T> shared:
                var all = shared.ToArray();
                shared.Clear();
                shared.PushRange(all);
                break;
        }
    }

    private static TDelegate Generic<TDelegate>(string method, Type argument)
        where TDelegate : Delegate =>
        typeof(WholeObjects).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(argument).CreateDelegate<TDelegate>();
}
