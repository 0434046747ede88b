using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LiveStash.Analyzers;

/// <summary>Several instances of a component with <c>[Stash]</c> properties, and nothing that tells them apart.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class InstanceKeyAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.NoKey];

    public override void Initialize(AnalysisContext context)
    {
        // What stands in a .razor file is generated code to the compiler.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (StashSymbols.From(start.Compilation) is { RenderTreeBuilder: not null } symbols)
            {
                start.RegisterOperationBlockAction(context => Analyze(context, symbols));
            }
        });
    }

    private static void Analyze(OperationBlockAnalysisContext context, StashSymbols symbols)
    {
        if (context.OwningSymbol.ContainingType is not { } type || !symbols.IsComponent(type))
        {
            return;
        }

        var walker = new RenderWalker(symbols, context.CancellationToken);
        foreach (var block in context.OperationBlocks)
        {
            walker.Visit(block);
        }

        foreach (var group in walker.Instances.Where(static instance => !instance.HasKey).GroupBy(static instance => instance.Type, (IEqualityComparer<INamedTypeSymbol>)SymbolEqualityComparer.Default))
        {
            if (!symbols.HasStashed(group.Key) || symbols.DecidesItself(group.Key))
            {
                continue;
            }

            var before = new List<RenderedInstance>();
            foreach (var instance in group)
            {
                if (instance.IsRepeated || before.Any(other => !RenderedInstance.AreAlternatives(other, instance)))
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        Descriptors.NoKey,
                        RazorLocation.Of(instance, walker.Instances, context.Options.AdditionalFiles, context.CancellationToken),
                        group.Key.Name,
                        instance.IsRepeated ? "in a loop" : "more than once",
                        FixFor(group.Key, symbols)));
                }

                before.Add(instance);
            }
        }
    }

    private static string FixFor(INamedTypeSymbol type, StashSymbols symbols) =>
        StashSymbols.PropertiesOf(type).FirstOrDefault(symbols.IsKey) is { } key
            ? $"set its parameter {key.Name} to what tells them apart"
            : "give it a parameter marked with [StashKey] and set it to what tells them apart";
}
