using System.Linq.Expressions;
using System.Reflection;
using LiveStash.Comparing;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Declaring;

/// <summary>One <c>[Stash]</c> property of a type.</summary>
internal abstract class StashProperty(PropertyInfo property, StashAttribute attribute)
{
    /// <summary>The property's name.</summary>
    public string Name { get; } = property.Name;

    public Type Type { get; } = property.PropertyType;

    /// <summary>The scope that its attribute names.</summary>
    public StashScope? Scope { get; } = attribute.ScopeOrNull;

    public bool? InitializationWins { get; } = attribute.InitializationWinsOrNull;

    /// <summary>Whether .NET hands the value over from the prerendered page, with the first parameters.</summary>
    public bool IsHandedOver { get; } = property.IsDefined(typeof(PersistentStateAttribute));

    public static StashProperty Create(PropertyInfo property, StashAttribute attribute) =>
        (StashProperty)Activator.CreateInstance(typeof(StashProperty<>).MakeGenericType(property.PropertyType), property, attribute)!;

    /// <summary>Makes the cell of one owner's property.</summary>
    public abstract StashCell Bind(StashScope scope, bool initializationWins);
}

/// <inheritdoc />
internal sealed class StashProperty<T>(PropertyInfo property, StashAttribute attribute) : StashProperty(property, attribute)
{
    public Func<object, T> Get { get; } = CompileGetter(property);

    public Action<object, T?> Set { get; } = CompileSetter(property);

    public override StashCell Bind(StashScope scope, bool initializationWins) => new StashCell<T>(this, scope, initializationWins);

    private static Func<object, T> CompileGetter(PropertyInfo property)
    {
        var owner = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(owner, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, T>>(value, owner).Compile();
    }

    private static Action<object, T?> CompileSetter(PropertyInfo property)
    {
        var owner = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(T));
        var target = Expression.Property(Expression.Convert(owner, property.DeclaringType!), property);
        return Expression.Lambda<Action<object, T?>>(Expression.Assign(target, value), owner, value).Compile();
    }
}
