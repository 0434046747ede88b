using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LiveStash.Analyzers;

/// <summary>
/// Where in a .razor file a component stands. Razor maps the C# that somebody has written back to the file, but not the name of a
/// component's tag; so this takes what is next to it: a parameter, the loop around it, or the tag as it is found in the text.
/// </summary>
internal static class RazorLocation
{
    public static Location Of(RenderedInstance instance, IReadOnlyList<RenderedInstance> all, ImmutableArray<AdditionalText> files, CancellationToken cancellationToken)
    {
        var opening = instance.Opening.GetLocation();
        if (instance.Opening.SyntaxTree.GetLineVisibility(instance.Opening.SpanStart, cancellationToken) != LineVisibility.Hidden)
        {
            return opening;
        }

        return instance.Parameters.Select(FirstMapped).FirstOrDefault(static location => location is not null)
            ?? (instance.Loop is { } loop ? FirstMapped(loop) : null)
            ?? TagOf(instance, all, files, cancellationToken)
            ?? opening;
    }

    private static Location? FirstMapped(SyntaxNode node) =>
        node.DescendantTokens().Select(static token => token.GetLocation()).FirstOrDefault(static location => location.GetMappedLineSpan().HasMappedPath);

    /// <summary>The tag of that place in the order of the file; nothing where tags and components do not match one to one.</summary>
    private static Location? TagOf(RenderedInstance instance, IReadOnlyList<RenderedInstance> all, ImmutableArray<AdditionalText> files, CancellationToken cancellationToken)
    {
        var root = (CSharpSyntaxNode)instance.Opening.SyntaxTree.GetRoot(cancellationToken);
        var checksum = root.GetFirstDirective(static directive => directive is PragmaChecksumDirectiveTriviaSyntax) as PragmaChecksumDirectiveTriviaSyntax;
        var path = checksum?.File.ValueText;
        if (files.FirstOrDefault(file => file.Path == path)?.GetText(cancellationToken) is not { } text)
        {
            return null;
        }

        var tags = Regex.Matches(text.ToString(), $@"(?<=<)(?:[\w.]+\.)?{Regex.Escape(instance.Type.Name)}(?![\w.])");
        var same = all.Where(other => other.Type.Name == instance.Type.Name).ToList();
        if (tags.Count != same.Count)
        {
            return null;
        }

        var tag = tags[same.IndexOf(instance)];
        var span = new TextSpan(tag.Index, tag.Length);
        return Location.Create(path!, span, text.Lines.GetLinePositionSpan(span));
    }
}
