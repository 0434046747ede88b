using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LiveStash.Analyzers;

/// <summary>A generic component whose type arguments Razor leaves to the compiler: it is made in a generated method of its own.</summary>
internal sealed class InferredComponent
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private InferredComponent(INamedTypeSymbol type) => Type = type;

    public INamedTypeSymbol Type { get; }

    /// <summary>The component's parameters that are set.</summary>
    public IEnumerable<string> ParameterNames => _names.Values;

    /// <summary>The component's parameter that gets this argument of the method.</summary>
    public string? NameOf(IParameterSymbol? parameter) => parameter is not null && _names.TryGetValue(parameter.Name, out var name) ? name : null;

    /// <summary>What the method makes; <see langword="null"/> if it is not one of those.</summary>
    public static InferredComponent? From(IMethodSymbol method, SemanticModel? model, CancellationToken cancellationToken)
    {
        if (method is not { ContainingType: { Name: "TypeInference", DeclaringSyntaxReferences: [var reference] } } || reference.SyntaxTree != model?.SyntaxTree)
        {
            return null;
        }

        var calls = method.DeclaringSyntaxReferences
            .SelectMany(declaration => declaration.GetSyntax(cancellationToken).DescendantNodes())
            .OfType<InvocationExpressionSyntax>()
            .Where(static call => call.Expression is MemberAccessExpressionSyntax)
            .ToArray();
        var opening = calls.FirstOrDefault(static call => NameOf(call) == "OpenComponent");
        if (opening is null || model.GetSymbolInfo(opening, cancellationToken).Symbol is not IMethodSymbol { TypeArguments: [INamedTypeSymbol type] })
        {
            return null;
        }

        var component = new InferredComponent(type.OriginalDefinition);
        foreach (var call in calls.Where(static call => NameOf(call) is "AddComponentParameter" or "AddAttribute"))
        {
            if (call.ArgumentList.Arguments is [_, var name, { Expression: IdentifierNameSyntax argument }, ..] && model.GetConstantValue(name.Expression, cancellationToken).Value is string text)
            {
                component._names[argument.Identifier.ValueText] = text;
            }
        }

        return component;
    }

    private static string NameOf(InvocationExpressionSyntax call) => ((MemberAccessExpressionSyntax)call.Expression).Name.Identifier.ValueText;
}
