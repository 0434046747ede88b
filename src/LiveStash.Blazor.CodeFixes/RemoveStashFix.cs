using System.Composition;
using System.Linq;
using LiveStash.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace LiveStash.CodeFixes;

/// <summary>LIVESTASH002: removes <c>[Stash]</c> from a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveStashFix)), Shared]
internal sealed class RemoveStashFix() : StashCodeFix<PropertyDeclarationSyntax>(Descriptors.ParameterId, "Remove [Stash]")
{
    protected override bool IsFixable(PropertyDeclarationSyntax declaration) => Find(declaration) is not null;

    protected override void Change(SyntaxEditor editor, PropertyDeclarationSyntax declaration)
    {
        var attribute = Find(declaration)!;
        if (attribute.Parent is not AttributeListSyntax { Attributes.Count: 1 } list)
        {
            editor.RemoveNode(attribute);
            return;
        }

        // A comment above the first attribute is the property's.
        var isFirst = list == declaration.AttributeLists[0];
        var changed = declaration.RemoveNode(list, SyntaxRemoveOptions.KeepNoTrivia)!;
        editor.ReplaceNode(declaration, isFirst ? changed.WithLeadingTrivia(declaration.GetLeadingTrivia()) : changed);
    }

    private static AttributeSyntax? Find(PropertyDeclarationSyntax declaration) =>
        declaration.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(static attribute => NameOf(attribute) is "Stash" or "StashAttribute");

    private static string NameOf(AttributeSyntax attribute) => attribute.Name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}
