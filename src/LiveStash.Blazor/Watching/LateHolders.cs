using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>
/// The components that were made while the engine did not answer, or, where services are kept, all. When it does, and when a user signs
/// in, services and view models get their values without an event of which Blazor would render anything: those that hold one of them are
/// rendered.
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

    /// <summary>Renders those that hold one of these in a field, or in a property that is injected, cascaded or a parameter.</summary>
    public void Render(IReadOnlyCollection<object> held)
    {
        foreach (var made in held.Count == 0 ? [] : _made.ToArray())
        {
            if (made.TryGetTarget(out var component) && component is IHandleEvent handler && FieldsOf(component).Any(field => field.GetValue(component) is { } value && held.Contains(value, ReferenceEqualityComparer.Instance)))
            {
                _ = handler.HandleEventAsync(EventCallbackWorkItem.Empty, null);
            }
        }
    }

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
