using System.Composition;
using System.Linq;
using LiveStash.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace LiveStash.CodeFixes;

/// <summary>LIVESTASH006: makes a <c>[StashKey]</c> property a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddParameterFix)), Shared]
internal sealed class AddParameterFix() : StashCodeFix<PropertyDeclarationSyntax>(Descriptors.KeyId, "Add [Parameter]")
{
    // Blazor sets a parameter, and wants no second attribute that says where its value comes from.
    protected override bool IsFixable(PropertyDeclarationSyntax declaration) =>
        declaration.AccessorList?.Accessors.Any(static accessor => accessor.Kind() is SyntaxKind.SetAccessorDeclaration or SyntaxKind.InitAccessorDeclaration) == true
        && !declaration.AttributeLists.SelectMany(static list => list.Attributes).Any(static attribute => attribute.Name.ToString() is var name && (name.Contains("CascadingParameter") || name.Contains("SupplyParameter")));

    protected override void Change(SyntaxEditor editor, PropertyDeclarationSyntax declaration) =>
        editor.AddAttribute(declaration, editor.Generator.Attribute("Microsoft.AspNetCore.Components.Parameter").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));
}
