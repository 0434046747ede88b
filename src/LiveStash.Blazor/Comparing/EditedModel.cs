using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components.Forms;

namespace LiveStash.Comparing;

/// <summary>
/// An object that a form of its owner edits. An <see cref="EditContext"/> has its model for good: where the property gets another object,
/// the fields show that one, and what is validated and sent is the one before.
/// </summary>
internal static class EditedModel
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Contexts = new();

    public static void ClearCache() => Contexts.Clear();

    /// <summary>Whether an <see cref="EditContext"/> of the owner is about the object.</summary>
    public static bool IsOf(object owner, object model) => Contexts.GetOrAdd(owner.GetType(), static type => [.. ContextsOf(type)])
        .Any(field => field.GetValue(owner) is EditContext context && ReferenceEquals(context.Model, model));

    /// <summary>Gives the object what another one of its type has, as far as that can be set from outside.</summary>
    public static void Fill(object model, object other)
    {
        foreach (var property in model.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetMethod is { IsPublic: true } && property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            {
                property.SetValue(model, property.GetValue(other));
            }
        }
    }

    private static IEnumerable<FieldInfo> ContextsOf(Type? type) => type is null
        ? []
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(static field => typeof(EditContext).IsAssignableFrom(field.FieldType))
            .Concat(ContextsOf(type.BaseType));
}
