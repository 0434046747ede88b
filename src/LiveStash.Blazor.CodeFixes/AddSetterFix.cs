using System.Composition;
using System.Linq;
using LiveStash.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;

namespace LiveStash.CodeFixes;

/// <summary>LIVESTASH001: gives <c>{ get; }</c> a private setter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddSetterFix)), Shared]
internal sealed class AddSetterFix() : StashCodeFix<PropertyDeclarationSyntax>(Descriptors.AccessorsId, "Add 'private set;'")
{
    // What is computed has nothing to set; an override and an abstract property have the accessors that their base asks for.
    protected override bool IsFixable(PropertyDeclarationSyntax declaration) =>
        declaration.AccessorList is { Accessors: [{ RawKind: (int)SyntaxKind.GetAccessorDeclaration, Body: null, ExpressionBody: null }] }
        && !declaration.Modifiers.Any(static modifier => modifier.Kind() is SyntaxKind.OverrideKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.VirtualKeyword or SyntaxKind.PartialKeyword);

    protected override void Change(SyntaxEditor editor, PropertyDeclarationSyntax declaration)
    {
        var setter = SyntaxFactory.AccessorDeclaration(SyntaxKind.SetAccessorDeclaration).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken));
        var accessibility = editor.Generator.GetAccessibility(declaration);
        if (accessibility is not (Accessibility.Private or Accessibility.NotApplicable))
        {
            setter = setter.AddModifiers(SyntaxFactory.Token(SyntaxKind.PrivateKeyword));
        }

        // Only the accessors: the formatter would put attributes on lines of their own.
        editor.ReplaceNode(declaration, declaration.WithAccessorList(declaration.AccessorList!.AddAccessors(setter).WithAdditionalAnnotations(Formatter.Annotation)));
    }
}
