using System.Composition;
using LiveStash.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace LiveStash.CodeFixes;

/// <summary>LIVESTASH005: removes <c>sealed</c> from a component.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveSealedFix)), Shared]
internal sealed class RemoveSealedFix() : StashCodeFix<TypeDeclarationSyntax>(Descriptors.SealedId, "Remove 'sealed'")
{
    protected override void Change(SyntaxEditor editor, TypeDeclarationSyntax declaration) =>
        editor.SetModifiers(declaration, editor.Generator.GetModifiers(declaration).WithIsSealed(false));
}
