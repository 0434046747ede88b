using Microsoft.CodeAnalysis;

namespace LiveStash.Analyzers;

/// <summary>The rules. What each says at compile time, LiveStash would otherwise say when the type is first used.</summary>
internal static class Descriptors
{
    public const string AccessorsId = "LIVESTASH001";
    public const string ParameterId = "LIVESTASH002";
    public const string UnreadableId = "LIVESTASH003";
    public const string NoKeyId = "LIVESTASH004";
    public const string SealedId = "LIVESTASH005";
    public const string KeyId = "LIVESTASH006";
    public const string ImpossibleId = "LIVESTASH007";

    private const string Category = "LiveStash";

    public static readonly DiagnosticDescriptor Accessors = new(
        AccessorsId,
        "A [Stash] property needs a getter and a setter",
        "[Stash] property '{0}' has no {1}: add one (a private one will do), or remove [Stash]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "LiveStash reads the property to save it and sets it to recover it. The accessors may have any accessibility. Without one of them the first use of the type throws.");

    public static readonly DiagnosticDescriptor Parameter = new(
        ParameterId,
        "A [Stash] property is not a parameter",
        "[Stash] property '{0}' is a parameter, [{1}] decides its value: remove [Stash], or copy the value to a property of its own",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A parameter's value belongs to the parent, the address or a cascading value, and would overwrite what is recovered. Put [Stash] on the property that owns the value. Only [PersistentState] goes with [Stash].");

    public static readonly DiagnosticDescriptor Unreadable = new(
        UnreadableId,
        "The type of a [Stash] property cannot be read back",
        "[Stash] property '{0}' could be saved but not read back: {1}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "System.Text.Json can write such a value but does not know what to make of it again. Declare the type that it is, or list the types with [JsonDerivedType]. An app that has a JSON converter or a serializer of its own for the type may suppress this.");

    public static readonly DiagnosticDescriptor NoKey = new(
        NoKeyId,
        "Several instances of a component with [Stash] properties need a key",
        "Component '{0}' has [Stash] properties and is rendered {1} without a key, so that its instances would share one state: {2}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "The saved state of a component is found by its type and its key. Set the parameter that is marked with [StashKey] to what tells the instances apart and is the same after a reload, as an item's id is. Blazor's @key is not known outside of the renderer.");

    public static readonly DiagnosticDescriptor Sealed = new(
        SealedId,
        "A component with [Stash] properties is better not sealed",
        "Component '{0}' has [Stash] properties and is sealed: {1}. Remove 'sealed'.",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "LiveStash follows a component by a derived type. Of a sealed one it sees neither the parameters that make its key nor the moment at which it goes. With a key it is not kept, which is an exception in Development; without one this is information only.");

    public static readonly DiagnosticDescriptor Key = new(
        KeyId,
        "A [StashKey] property is a parameter",
        "[StashKey] property '{0}' is not a parameter: add [Parameter], or give the key with IHasStashSettings",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The key of an instance comes from its parent, before the state is recovered. Without [Parameter] the first use of the type throws.");

    public static readonly DiagnosticDescriptor Impossible = new(
        ImpossibleId,
        "A property that cannot be kept has [Stash]",
        "[Stash] property '{0}' {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "What is kept is the value of an instance's property. Static properties are not looked at; an indexer, a value of a by-reference type and a [Stash] property that hides another one make the first use of the type throw.");
}
