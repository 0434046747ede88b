using System.Composition;
using LiveStash.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace LiveStash.CodeFixes;

/// <summary>LIVESTASH006: makes a <c>[StashKey]</c> property a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddParameterFix)), Shared]
internal sealed class AddParameterFix() : StashCodeFix<PropertyDeclarationSyntax>(Descriptors.KeyId, "Add [Parameter]")
{
    protected override void Change(SyntaxEditor editor, PropertyDeclarationSyntax declaration) =>
        editor.AddAttribute(declaration, editor.Generator.Attribute("Microsoft.AspNetCore.Components.Parameter").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));
}
