using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>
/// The components that were made while the engine did not answer, and those that hold a service. When the engine does, and when a user
/// signs in, objects get their values without an event of which Blazor would render anything: those that hold one of them are rendered.
/// </summary>
internal sealed class LateHolders
{
    private const int FewAtLeast = 256;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();

    private readonly List<WeakReference<IComponent>> _made = [];
    private int _many = FewAtLeast;

    public void Add(IComponent component)
    {
        if (_made.Count == _many)
        {
            _made.RemoveAll(static made => !made.TryGetTarget(out _));
            _many = Math.Max(2 * _made.Count, FewAtLeast);
        }

        _made.Add(new(component));
    }

    /// <summary>Whether a component of this type may hold an object of that type.</summary>
    public static bool MayHold(IComponent component, Type type) =>
        FieldsOf(component).Any(field => field.FieldType.IsAssignableFrom(type) || type.IsAssignableFrom(field.FieldType));

    /// <summary>Those that hold one of these in a field, or in a property that is injected, cascaded or a parameter.</summary>
    public IReadOnlyList<IComponent> Of(IReadOnlyCollection<object> held) => held.Count == 0 ? [] :
    [
        .. _made.Select(static made => made.TryGetTarget(out var component) ? component : null).OfType<IComponent>()
            .Where(component => FieldsOf(component).Any(field => field.GetValue(component) is { } value && held.Contains(value, ReferenceEqualityComparer.Instance))),
    ];

    public void Clear() => _made.Clear();

    private static FieldInfo[] FieldsOf(IComponent component) => Fields.GetOrAdd(component.GetType(), static type =>
    {
        var fields = new List<FieldInfo>();
        for (var declaring = type; declaring != typeof(object) && declaring != typeof(ComponentBase); declaring = declaring.BaseType!)
        {
            fields.AddRange(declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(static field => !field.FieldType.IsValueType && field.FieldType != typeof(string)));
        }

        return [.. fields];
    });
}
