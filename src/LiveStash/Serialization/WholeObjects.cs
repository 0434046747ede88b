using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LiveStash.Serialization;

/// <summary>
/// Has JSON give back what it writes of an object: by itself it passes over properties whose setter is not public, and those that
/// have none. What is computed stays so.
/// </summary>
internal static class WholeObjects
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static void Modify(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
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

        var field = property.DeclaringType.GetField($"<{property.Name}>k__BackingField", All);
        return field is null ? null : (owner, value) =>
        {
            if (!Refill(get(owner), value))
            {
                field.SetValue(owner, value);
            }
        };
    }

    /// <summary>A collection that nobody is to replace may have others who know it, as one that is observed has.</summary>
    private static bool Refill(object? present, object? saved)
    {
        switch (present, saved)
        {
            case (IDictionary { IsReadOnly: false, IsFixedSize: false } dictionary, IDictionary entries):
                dictionary.Clear();
                foreach (DictionaryEntry entry in entries)
                {
                    dictionary.Add(entry.Key, entry.Value);
                }

                return true;
            case (IList { IsReadOnly: false, IsFixedSize: false } list, IList items):
                list.Clear();
                foreach (var item in items)
                {
                    list.Add(item);
                }

                return true;
            default:
                return false;
        }
    }
}
