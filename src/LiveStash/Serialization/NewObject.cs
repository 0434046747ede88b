using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LiveStash.Serialization;

/// <summary>
/// One more object of a type, as its constructor leaves it. What it shows too is everybody's; what it has as well is what an object is
/// made with. Made once per type, when it is first asked for: a constructor may be dear.
/// </summary>
internal sealed class NewObject(JsonTypeInfo info)
{
    // Without a lock: the constructor is the app's, and may read such an object itself.
    private readonly Lazy<(object Instance, bool IsMade)> _one = new(() => Make(info), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Whether its constructor has run, and with it what fills members.</summary>
    public bool IsMade => _one.Value.IsMade;

    public object? Shows(Func<object, object?> get) => Try(get, _one.Value.Instance);

    /// <summary>Whether the object shows a collection as more than one of its members.</summary>
    public bool IsShownTwice(object owner, object collection) => info.Properties
        .Where(static property => property is { Get: not null, PropertyType.IsValueType: false })
        .Count(property => ReferenceEquals(Try(property.Get!, owner), collection)) > 1;

    /// <summary>What is computed may not be there yet while the object is being read.</summary>
    public static object? Try(Func<object, object?> get, object owner)
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

    private static (object Instance, bool IsMade) Make(JsonTypeInfo info)
    {
        try
        {
            // With parameters, as of a document that has none of them.
            if ((info.CreateObject?.Invoke() ?? JsonSerializer.Deserialize("{}"u8, info)) is { } made)
            {
                return (made, true);
            }
        }
        catch (Exception)
        {
            // The constructor does without nothing.
        }

        // Has no collection of its own, and what is everybody's shows all the same. A finalizer would not expect it.
        var bare = RuntimeHelpers.GetUninitializedObject(info.Type);
        GC.SuppressFinalize(bare);
        return (bare, false);
    }
}
