using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LiveStash.Analyzers;

/// <summary>What is wrong with a property that is marked with <c>[Stash]</c> or <c>[StashKey]</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class StashPropertyAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Descriptors.Accessors, Descriptors.Parameter, Descriptors.Unreadable, Descriptors.Key, Descriptors.Impossible];

    public override void Initialize(AnalysisContext context)
    {
        // What stands in a .razor file is generated code to the compiler.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (StashSymbols.From(start.Compilation) is { } symbols)
            {
                var readability = new Readability(start.Compilation);
                start.RegisterSymbolAction(context => Analyze(context, symbols, readability), SymbolKind.Property);
            }
        });
    }

    private static void Analyze(SymbolAnalysisContext context, StashSymbols symbols, Readability readability)
    {
        var property = (IPropertySymbol)context.Symbol;
        if (property.ContainingType.TypeKind == TypeKind.Interface)
        {
            return;
        }

        if (symbols.IsStashed(property) && WrongWith(property, symbols, readability) is { } wrong)
        {
            context.ReportDiagnostic(wrong);
        }

        if (symbols.IsKey(property) && !symbols.IsParameter(property))
        {
            context.ReportDiagnostic(At(property, Descriptors.Key));
        }
    }

    /// <summary>The first thing that is wrong, in the order in which LiveStash looks.</summary>
    private static Diagnostic? WrongWith(IPropertySymbol property, StashSymbols symbols, Readability readability)
    {
        if (property.IsStatic)
        {
            return At(property, Descriptors.Impossible, "is static, and only properties of an instance are kept: make it an instance property, or remove [Stash]");
        }

        if (property.GetMethod is null || (property.SetMethod is null && !property.ReturnsByRef && !property.ReturnsByRefReadonly))
        {
            return At(property, Descriptors.Accessors, property.GetMethod is null ? "getter" : "setter");
        }

        if (symbols.SupplierOf(property) is { } supplier)
        {
            const string Suffix = "Attribute";
            var name = supplier.Name;
            return At(property, Descriptors.Parameter, name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name);
        }

        if (property.IsIndexer || property.ReturnsByRef || property.ReturnsByRefReadonly || property.Type.IsRefLikeType)
        {
            return At(property, Descriptors.Impossible, "is an indexer or of a by-reference type, and such values cannot be kept: use a list, a dictionary or an array");
        }

        if (HiddenBy(property, symbols) is { } hidden)
        {
            return At(property, Descriptors.Impossible, $"hides the [Stash] property of '{hidden.ContainingType.Name}': rename one of the two");
        }

        return readability.FindUnreadable(property.Type) is { } reason ? At(property, Descriptors.Unreadable, reason) : null;
    }

    private static IPropertySymbol? HiddenBy(IPropertySymbol property, StashSymbols symbols) =>
        property.IsOverride || property.ContainingType.BaseType is not { } bases
            ? null
            : StashSymbols.PropertiesOf(bases).FirstOrDefault(other => other.Name == property.Name && !other.IsStatic && !other.IsVirtual && !other.IsAbstract && !other.IsOverride && symbols.IsStashed(other));

    private static Diagnostic At(IPropertySymbol property, DiagnosticDescriptor rule, params object[] arguments) =>
        Diagnostic.Create(rule, property.Locations[0], [property.IsIndexer ? "this[]" : property.Name, .. arguments]);
}
