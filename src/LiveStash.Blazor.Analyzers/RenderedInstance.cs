using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LiveStash.Analyzers;

/// <summary>One place in render code at which a component is made.</summary>
internal sealed class RenderedInstance(INamedTypeSymbol type, SyntaxNode opening, ImmutableArray<RenderedInstance.Content> place, bool isRepeated, SyntaxNode? loop)
{
    public INamedTypeSymbol Type => type;

    public SyntaxNode Opening => opening;

    /// <summary>Whether it is in a loop or in the template of a list's row.</summary>
    public bool IsRepeated => isRepeated;

    public SyntaxNode? Loop => loop;

    /// <summary>Whether something sets one of the parameters that make its key, or may do so.</summary>
    public bool HasKey { get; set; }

    /// <summary>The calls that set its parameters.</summary>
    public List<SyntaxNode> Parameters { get; } = [];

    private ImmutableArray<Content> Place => place;

    /// <summary>Whether only one of the two is there at a time: branches of one decision, or two contents of one component, as AuthorizeView's.</summary>
    public static bool AreAlternatives(RenderedInstance left, RenderedInstance right)
    {
        var depth = Math.Min(left.Place.Length, right.Place.Length);
        for (var i = 0; i < depth; i++)
        {
            var (one, other) = (left.Place[i], right.Place[i]);
            if (one.Lambda != other.Lambda)
            {
                return one.Owner is not null && one.Owner == other.Owner;
            }
        }

        var ancestors = new HashSet<SyntaxNode>(left.Opening.Ancestors());
        return right.Opening.Ancestors().FirstOrDefault(ancestors.Contains) switch
        {
            IfStatementSyntax { Else: { } otherwise } => otherwise.Span.Contains(left.Opening.Span) != otherwise.Span.Contains(right.Opening.Span),
            SwitchStatementSyntax => true,
            _ => false,
        };
    }

    /// <summary>A piece of content: the lambda that renders it, and the component that it is given to.</summary>
    internal readonly struct Content(RenderedInstance? owner, SyntaxNode lambda)
    {
        public RenderedInstance? Owner => owner;

        public SyntaxNode Lambda => lambda;
    }
}
