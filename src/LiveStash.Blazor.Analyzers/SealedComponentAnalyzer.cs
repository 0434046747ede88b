using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LiveStash.Analyzers;

/// <summary>A sealed component: LiveStash can make no derived type of it, which would tell its parameters and its end.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SealedComponentAnalyzer : DiagnosticAnalyzer
{
    // As StashKeyPlan finds them.
    private static readonly Regex RouteParameter = new(@"\{\**[^{}:=?*]+[^{}]*\}", RegexOptions.CultureInvariant);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.Sealed];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (StashSymbols.From(start.Compilation) is { } symbols)
            {
                start.RegisterSymbolAction(context => Analyze(context, symbols), SymbolKind.NamedType);
            }
        });
    }

    private static void Analyze(SymbolAnalysisContext context, StashSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type is not { TypeKind: TypeKind.Class, IsSealed: true } || !symbols.IsComponent(type) || !symbols.HasStashed(type))
        {
            return;
        }

        var hasKey = StashSymbols.PropertiesOf(type).Any(symbols.IsKey) || type.GetAttributes().Any(attribute => IsRouteWithParameters(attribute, symbols));
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptors.Sealed,
            LocationOf(type, context.CancellationToken),
            hasKey ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            additionalLocations: null,
            properties: null,
            type.Name,
            hasKey ? "its key is not seen, so that the component is not kept" : "that it goes is noticed late"));
    }

    private static bool IsRouteWithParameters(AttributeData attribute, StashSymbols symbols) =>
        StashSymbols.Same(attribute.AttributeClass, symbols.Route) && attribute.ConstructorArguments is [{ Value: string template }] && RouteParameter.IsMatch(template);

    /// <summary>Of the parts of a partial class the one that says sealed.</summary>
    private static Location LocationOf(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        type.DeclaringSyntaxReferences
            .Select(reference => reference.GetSyntax(cancellationToken))
            .OfType<TypeDeclarationSyntax>()
            .FirstOrDefault(static part => part.Modifiers.Any(SyntaxKind.SealedKeyword))?.Identifier.GetLocation() ?? type.Locations[0];
}
