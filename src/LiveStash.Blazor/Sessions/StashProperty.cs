using System.Buffers;
using System.Linq.Expressions;
using System.Reflection;

namespace LiveStash.Sessions;

/// <summary>One <c>[Stash]</c> property of a component type: reads, writes and serializes it without boxing.</summary>
internal abstract class StashProperty(string name, StashScope? scope)
{
    /// <summary>The property's name.</summary>
    public string Name { get; } = name;

    /// <summary>The scope that its attribute names.</summary>
    public StashScope? Scope { get; } = scope;

    public static StashProperty Create(PropertyInfo property, StashScope? scope) =>
        (StashProperty)Activator.CreateInstance(typeof(StashProperty<>).MakeGenericType(property.PropertyType), property, scope)!;

    /// <summary>Writes the present value of <paramref name="component"/>'s property.</summary>
    public abstract void Serialize(IStashSerializer serializer, IBufferWriter<byte> writer, object component);

    /// <summary>Whether the present value is the default of its type, which a component that starts anew has without being told.</summary>
    public abstract bool IsDefault(object component);

    /// <summary>Sets the property to the value that was saved.</summary>
    public abstract void Apply(IStashSerializer serializer, ReadOnlySpan<byte> bytes, object component);
}

/// <inheritdoc />
internal sealed class StashProperty<T>(PropertyInfo property, StashScope? scope) : StashProperty(property.Name, scope)
{
    private readonly Func<object, T> _get = CompileGetter(property);
    private readonly Action<object, T?> _set = CompileSetter(property);

    public override void Serialize(IStashSerializer serializer, IBufferWriter<byte> writer, object component) =>
        serializer.Serialize(writer, _get(component));

    public override bool IsDefault(object component) => EqualityComparer<T>.Default.Equals(_get(component), default);

    public override void Apply(IStashSerializer serializer, ReadOnlySpan<byte> bytes, object component) =>
        _set(component, serializer.Deserialize<T>(bytes));

    private static Func<object, T> CompileGetter(PropertyInfo property)
    {
        var component = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(component, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, T>>(value, component).Compile();
    }

    private static Action<object, T?> CompileSetter(PropertyInfo property)
    {
        var component = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(T));
        var target = Expression.Property(Expression.Convert(component, property.DeclaringType!), property);
        return Expression.Lambda<Action<object, T?>>(Expression.Assign(target, value), component, value).Compile();
    }
}
