using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
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

        foreach (var property in info.Properties)
        {
            if (property is { Get: { } get, Set: null, AssociatedParameter: null, IsExtensionData: false, AttributeProvider: PropertyInfo own }
                && (property.ObjectCreationHandling ?? info.Options.PreferredObjectCreationHandling) != JsonObjectCreationHandling.Populate
                && !own.IsDefined(typeof(JsonIgnoreAttribute)))
            {
                property.Set = SetterOf(own, get);
            }
        }
    }

    private static Action<object, object?>? SetterOf(PropertyInfo property, Func<object, object?> get)
    {
        var declared = property.DeclaringType!.GetProperty(property.Name, All);
        if (declared?.SetMethod is not null)
        {
            return declared.SetValue;
        }

        var refill = RefillerOf(property.PropertyType, get);
        if (property.DeclaringType.GetField($"<{property.Name}>k__BackingField", All) is not { } field)
        {
            return refill is null ? null : (owner, value) => refill(owner, value);
        }

        return (owner, value) =>
        {
            if (refill is null || !refill(owner, value))
            {
                field.SetValue(owner, value);
            }
        };
    }

    private static Func<object, object?, bool>? RefillerOf(Type type, Func<object, object?> get)
    {
        var enumerable = type.GetInterfaces().Append(type).FirstOrDefault(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        if (enumerable is null || type == typeof(string))
        {
            return null;
        }

        var refill = Generic<Func<object?, object?, bool>>(nameof(Refill), enumerable.GetGenericArguments()[0]);
        return (owner, value) => refill(Try(get, owner), value);
    }

    /// <summary>
    /// Fills the collection that the object was made with, which others of it may know: one that is empty or tells of its changes.
    /// What is in it otherwise may be everybody's.
    /// </summary>
    /// <returns>Whether that is done. Also where it could not be replaced either: it is a view of another one.</returns>
    private static bool Refill<T>(object? present, object? saved)
    {
        if (present is not ICollection<T> collection || present is T[] || saved is not IEnumerable<T> items)
        {
            return false;
        }

        if (collection.IsReadOnly || (collection.Count > 0 && collection is not INotifyCollectionChanged))
        {
            return collection is ReadOnlyCollection<T>;
        }

        collection.Clear();
        foreach (var item in items)
        {
            collection.Add(item);
        }

        return true;
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

    /// <summary>What is computed may not be there yet while the object is being read.</summary>
    private static object? Try(Func<object, object?> get, object owner)
    {
        try
        {
            return get(owner);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
