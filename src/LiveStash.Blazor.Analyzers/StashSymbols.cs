using System.Linq;
using Microsoft.CodeAnalysis;

namespace LiveStash.Analyzers;

/// <summary>What the rules look for, in one compilation.</summary>
internal sealed class StashSymbols
{
    private const string Components = "Microsoft.AspNetCore.Components.";

    private readonly INamedTypeSymbol _stash;
    private readonly INamedTypeSymbol? _stashKey;
    private readonly INamedTypeSymbol? _parameter;
    private readonly INamedTypeSymbol? _supplied;
    private readonly INamedTypeSymbol? _persistentState;
    private readonly INamedTypeSymbol? _component;
    private readonly INamedTypeSymbol? _componentBase;
    private readonly INamedTypeSymbol? _settings;

    private StashSymbols(Compilation compilation, INamedTypeSymbol stash)
    {
        _stash = stash;
        _stashKey = compilation.GetTypeByMetadataName("LiveStash.StashKeyAttribute");
        _componentBase = compilation.GetTypeByMetadataName("LiveStash.StashComponentBase");
        _settings = compilation.GetTypeByMetadataName("LiveStash.IHasStashSettings");
        _parameter = compilation.GetTypeByMetadataName(Components + "ParameterAttribute");
        _supplied = compilation.GetTypeByMetadataName(Components + "CascadingParameterAttributeBase");
        _persistentState = compilation.GetTypeByMetadataName(Components + "PersistentStateAttribute");
        _component = compilation.GetTypeByMetadataName(Components + "IComponent");
        Route = compilation.GetTypeByMetadataName(Components + "RouteAttribute");
        RenderTreeBuilder = compilation.GetTypeByMetadataName(Components + "Rendering.RenderTreeBuilder");
        RenderFragmentOf = compilation.GetTypeByMetadataName(Components + "RenderFragment`1");
    }

    public INamedTypeSymbol? Route { get; }

    public INamedTypeSymbol? RenderTreeBuilder { get; }

    public INamedTypeSymbol? RenderFragmentOf { get; }

    /// <summary>The symbols; <see langword="null"/> where the compilation does not know LiveStash.</summary>
    public static StashSymbols? From(Compilation compilation) =>
        compilation.GetTypeByMetadataName("LiveStash.StashAttribute") is { } stash ? new(compilation, stash) : null;

    public bool IsStashed(IPropertySymbol property) => Has(property, _stash);

    public bool IsKey(IPropertySymbol property) => Has(property, _stashKey);

    public bool IsParameter(IPropertySymbol property) => Has(property, _parameter);

    /// <summary>The attribute by which the parent, the address or a cascading value decides the property's value.</summary>
    public INamedTypeSymbol? SupplierOf(IPropertySymbol property) =>
        IsParameter(property) ? _parameter : Attributes(property).FirstOrDefault(attribute => IsOrDerives(attribute, _supplied) && !Same(attribute, _persistentState));

    public bool IsComponent(INamedTypeSymbol type) => _component is not null && type.AllInterfaces.Contains(_component, SymbolEqualityComparer.Default);

    /// <summary>The properties of a type and its bases.</summary>
    public static IEnumerable<IPropertySymbol> PropertiesOf(INamedTypeSymbol type)
    {
        for (var current = type; current is not null && current.SpecialType != SpecialType.System_Object; current = current.BaseType)
        {
            foreach (var property in current.GetMembers().OfType<IPropertySymbol>())
            {
                yield return property;
            }
        }
    }

    public bool HasStashed(INamedTypeSymbol type) => PropertiesOf(type).Any(IsStashed);

    /// <summary>Whether the type says itself how it is kept, with what may be a key.</summary>
    public bool DecidesItself(INamedTypeSymbol type)
    {
        if (_settings is null || !type.AllInterfaces.Contains(_settings, SymbolEqualityComparer.Default))
        {
            return false;
        }

        var own = type;
        while (own is not null && !Same(own, _componentBase))
        {
            if (own.GetMembers().OfType<IPropertySymbol>().Any(static property => property.Name == "StashSettings" || property.Name.EndsWith(".StashSettings", StringComparison.Ordinal)))
            {
                return true;
            }

            own = own.BaseType;
        }

        return own is null;
    }

    public static bool Same(ISymbol? left, ISymbol? right) => SymbolEqualityComparer.Default.Equals(left, right);

    /// <summary>As reflection does, also an attribute of the property that this one overrides.</summary>
    private static bool Has(IPropertySymbol property, INamedTypeSymbol? attribute) => attribute is not null && Attributes(property).Contains(attribute, SymbolEqualityComparer.Default);

    private static IEnumerable<INamedTypeSymbol> Attributes(IPropertySymbol property)
    {
        for (var current = property; current is not null; current = current.OverriddenProperty)
        {
            foreach (var attribute in current.GetAttributes())
            {
                if (attribute.AttributeClass is { } type)
                {
                    yield return type;
                }
            }
        }
    }

    private static bool IsOrDerives(INamedTypeSymbol type, INamedTypeSymbol? from)
    {
        for (var current = type; current is not null && from is not null; current = current.BaseType)
        {
            if (Same(current, from))
            {
                return true;
            }
        }

        return false;
    }
}
