using System.Linq;
using Microsoft.CodeAnalysis;

namespace LiveStash.Analyzers;

/// <summary>
/// Whether System.Text.Json, as LiveStash sets it up, can read back what it wrote: what <c>IStashSerializer.FindUnreadable</c>
/// tells at run time, and beyond that what shows only when a value is read.
/// </summary>
internal sealed class Readability(Compilation compilation)
{
    private const int MaxDepth = 32;

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.CSharpShortErrorMessageFormat;

    private readonly INamedTypeSymbol? _converter = Json(compilation, "JsonConverterAttribute");
    private readonly INamedTypeSymbol? _polymorphic = Json(compilation, "JsonPolymorphicAttribute");
    private readonly INamedTypeSymbol? _derived = Json(compilation, "JsonDerivedTypeAttribute");
    private readonly INamedTypeSymbol? _ignore = Json(compilation, "JsonIgnoreAttribute");
    private readonly INamedTypeSymbol? _include = Json(compilation, "JsonIncludeAttribute");
    private readonly INamedTypeSymbol? _constructor = Json(compilation, "JsonConstructorAttribute");
    private readonly HashSet<ISymbol?> _converted = Known(compilation, [
        "System.Guid", "System.DateTimeOffset", "System.TimeSpan", "System.DateOnly", "System.TimeOnly", "System.Uri", "System.Version",
        "System.Half", "System.Int128", "System.UInt128", "System.Text.Json.JsonElement", "System.Text.Json.JsonDocument",
        "System.Text.Json.Nodes.JsonNode", "System.Text.Json.Nodes.JsonObject", "System.Text.Json.Nodes.JsonArray", "System.Text.Json.Nodes.JsonValue"]);
    private readonly HashSet<ISymbol?> _interfaces = Known(compilation, [
        "System.Collections.Generic.IEnumerable`1", "System.Collections.Generic.ICollection`1", "System.Collections.Generic.IList`1",
        "System.Collections.Generic.IReadOnlyCollection`1", "System.Collections.Generic.IReadOnlyList`1", "System.Collections.Generic.ISet`1",
        "System.Collections.Generic.IDictionary`2", "System.Collections.Generic.IReadOnlyDictionary`2"]);
    private readonly HashSet<ISymbol?> _memories = Known(compilation, ["System.Memory`1", "System.ReadOnlyMemory`1"]);
    private readonly HashSet<ISymbol?> _dictionaries = Known(compilation, ["System.Collections.Generic.IDictionary`2", "System.Collections.Generic.IReadOnlyDictionary`2"]);
    private readonly INamedTypeSymbol? _enumerable = compilation.GetTypeByMetadataName("System.Collections.IEnumerable");

    /// <summary>Why values of the type cannot be read back, and what helps; <see langword="null"/> if they can.</summary>
    public string? FindUnreadable(ITypeSymbol type) => Find(type, new(SymbolEqualityComparer.Default), 0);

    private static INamedTypeSymbol? Json(Compilation compilation, string name) => compilation.GetTypeByMetadataName("System.Text.Json.Serialization." + name);

    private static HashSet<ISymbol?> Known(Compilation compilation, string[] names) =>
        new(names.Select(compilation.GetTypeByMetadataName).Where(static type => type is not null), SymbolEqualityComparer.Default);

    private string? Find(ITypeSymbol type, HashSet<ISymbol> seen, int depth)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }

        if (depth > MaxDepth || !seen.Add(type))
        {
            return null;
        }

        return type switch
        {
            IDynamicTypeSymbol or { SpecialType: SpecialType.System_Object } => "object does not say what to make of the value. Declare the type that it is",
            IArrayTypeSymbol { Rank: > 1 } => $"{Name(type)} has several dimensions. Use an array of arrays",
            IArrayTypeSymbol array => Find(array.ElementType, seen, depth + 1),
            IPointerTypeSymbol or IFunctionPointerTypeSymbol or { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => $"{Name(type)} is an address in memory. Keep what it stands for",
            { TypeKind: TypeKind.Delegate } => $"{Name(type)} is a delegate. Keep the data that it works on",
            INamedTypeSymbol named when named.TypeKind is TypeKind.Class or TypeKind.Struct or TypeKind.Interface && !IsConverted(named) => FindIn(named, seen, depth),
            _ => null,
        };
    }

    private bool IsConverted(INamedTypeSymbol type) =>
        type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String or SpecialType.System_DateTime
        || _converted.Contains(type) || Has(type, _converter) || Has(type, _polymorphic) || Has(type, _derived);

    private string? FindIn(INamedTypeSymbol type, HashSet<ISymbol> seen, int depth)
    {
        if (_memories.Contains(type.OriginalDefinition))
        {
            return Find(type.TypeArguments[0], seen, depth + 1);
        }

        if (DictionaryOf(type) is { } dictionary)
        {
            return Unmade(type) ?? UnreadableKey(dictionary.TypeArguments[0]) ?? Find(dictionary.TypeArguments[1], seen, depth + 1);
        }

        if (ElementOf(type) is { } element)
        {
            return Find(element, seen, depth + 1) ?? Unmade(type);
        }

        return Unmade(type) ?? Empty(type) ?? MembersOf(type)
            .Select(member => Find(member.Type, seen, depth + 1) is { } reason ? $"{type.Name}.{member.Symbol.Name}: {reason}" : null)
            .FirstOrDefault(static reason => reason is not null);
    }

    /// <summary>Why no instance can be made.</summary>
    private string? Unmade(INamedTypeSymbol type)
    {
        if (_interfaces.Contains(type.OriginalDefinition) || type.ContainingNamespace.ToDisplayString() == "System.Collections.Immutable")
        {
            return null;
        }

        if (type.TypeKind == TypeKind.Interface || type.IsAbstract)
        {
            return $"{Name(type)} is {(type.IsAbstract && type.TypeKind != TypeKind.Interface ? "abstract" : "an interface")}, and nothing says which type to make. Declare the type that it is, or list the types with [JsonDerivedType]";
        }

        if (type.TypeKind == TypeKind.Struct || type.InstanceConstructors.Any(constructor => Has(constructor, _constructor)))
        {
            return null;
        }

        var usable = type.InstanceConstructors.Where(static constructor => constructor.DeclaredAccessibility == Accessibility.Public).ToArray();
        var isMade = usable.Any(static constructor => constructor.Parameters.IsEmpty) || (usable.Length == 1 && ElementOf(type) is null && IsGivenAll(type, usable[0]));
        return isMade ? null : $"{Name(type)} has no constructor that System.Text.Json would take: one without parameters, or with a property of the same name and type for each. Give it one, or declare another type";
    }

    /// <summary>Whether each parameter of a constructor gets what a member of its name and type has.</summary>
    private bool IsGivenAll(INamedTypeSymbol type, IMethodSymbol constructor) => constructor.Parameters.All(parameter =>
        MembersOf(type).Any(member => string.Equals(parameter.Name, member.Symbol.Name, StringComparison.OrdinalIgnoreCase) && StashSymbols.Same(parameter.Type, member.Type)));

    /// <summary>Why an instance would come back empty.</summary>
    private string? Empty(INamedTypeSymbol type)
    {
        var members = MembersOf(type).Select(static member => member.Symbol).ToArray();
        if (members.Length == 0 || type.MetadataName == "KeyValuePair`2" || !HasFields(type) || members.Any(IsSettable))
        {
            return null;
        }

        // A structure is made without one.
        var given = type.InstanceConstructors
            .Where(constructor => type.TypeKind != TypeKind.Struct || Has(constructor, _constructor))
            .SelectMany(static constructor => constructor.Parameters);
        return members.Any(member => given.Any(parameter => string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase)))
            ? null
            : $"{Name(type)} has properties, and none that could be set: it would come back empty. Keep what it is made of, or give it a converter";
    }

    private static bool HasFields(INamedTypeSymbol? type) =>
        type is not null && (type.GetMembers().Any(static member => member is IFieldSymbol { IsStatic: false, IsConst: false }) || HasFields(type.BaseType));

    /// <summary>Also without a setter: what the compiler has made a field for, and a collection, which is filled.</summary>
    private bool IsSettable(ISymbol member) => member is not IPropertySymbol { SetMethod: null } property
        || property.ContainingType.GetMembers().Any(field => StashSymbols.Same((field as IFieldSymbol)?.AssociatedSymbol, property) || field.Name == $"<{property.Name}>k__BackingField")
        || (property.Type is INamedTypeSymbol { SpecialType: not SpecialType.System_String } named && ElementOf(named) is not null);

    private string? UnreadableKey(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Object } or { TypeKind: TypeKind.Interface or TypeKind.Array or TypeKind.Delegate } => NoKey(type),
        INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } named when !IsConverted(named) => NoKey(type),
        _ => null,
    };

    private static string NoKey(ITypeSymbol type) => $"{Name(type)} cannot be the key of a dictionary in JSON. Use a string, a number, an enum or a Guid, or give the type a converter";

    private INamedTypeSymbol? DictionaryOf(INamedTypeSymbol type) =>
        _dictionaries.Contains(type.OriginalDefinition) ? type : type.AllInterfaces.FirstOrDefault(candidate => _dictionaries.Contains(candidate.OriginalDefinition));

    private ITypeSymbol? ElementOf(INamedTypeSymbol type)
    {
        var all = type.TypeKind == TypeKind.Interface ? type.AllInterfaces.Insert(0, type) : type.AllInterfaces;
        return all.FirstOrDefault(static candidate => candidate.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T) is { } typed
            ? typed.TypeArguments[0]
            : all.Any(candidate => StashSymbols.Same(candidate, _enumerable)) ? compilation.ObjectType : null;
    }

    /// <summary>What of an object is written: as LiveStash's options say, fields too.</summary>
    private IEnumerable<(ISymbol Symbol, ITypeSymbol Type)> MembersOf(INamedTypeSymbol type)
    {
        for (var current = type; current is not null && current.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member.IsStatic || IsIgnored(member) || Has(member, _converter))
                {
                    continue;
                }

                var isIncluded = Has(member, _include);
                if (member is IPropertySymbol { IsIndexer: false, GetMethod: { } getter } property && (isIncluded || getter.DeclaredAccessibility == Accessibility.Public))
                {
                    yield return (member, property.Type);
                }
                else if (member is IFieldSymbol field && (isIncluded || field.DeclaredAccessibility == Accessibility.Public))
                {
                    yield return (member, field.Type);
                }
            }
        }
    }

    /// <summary>Always, or now and then: then the app has thought about it.</summary>
    private bool IsIgnored(ISymbol member)
    {
        const int Never = 0;
        return member.GetAttributes().Any(attribute => StashSymbols.Same(attribute.AttributeClass, _ignore)
            && !attribute.NamedArguments.Any(static argument => argument is { Key: "Condition", Value.Value: Never }));
    }

    private static bool Has(ISymbol symbol, INamedTypeSymbol? attribute) =>
        attribute is not null && symbol.GetAttributes().Any(candidate => StashSymbols.Same(candidate.AttributeClass, attribute));

    private static string Name(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(Format);
}
