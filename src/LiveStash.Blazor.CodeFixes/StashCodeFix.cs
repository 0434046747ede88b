using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace LiveStash.CodeFixes;

/// <summary>A fix of one rule that changes the declaration of the given kind at which the rule points.</summary>
internal abstract class StashCodeFix<TDeclaration>(string ruleId, string title) : CodeFixProvider
    where TDeclaration : SyntaxNode
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [ruleId];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<TDeclaration>() is { } declaration && IsFixable(declaration))
            {
                context.RegisterCodeFix(CodeAction.Create(title, token => ChangeAsync(context.Document, declaration, token), title), diagnostic);
            }
        }
    }

    /// <summary>Whether there is a change of which the result is right in any case.</summary>
    protected virtual bool IsFixable(TDeclaration declaration) => true;

    protected abstract void Change(SyntaxEditor editor, TDeclaration declaration);

    private async Task<Document> ChangeAsync(Document document, TDeclaration declaration, CancellationToken cancellationToken)
    {
        var editor = await DocumentEditor.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        Change(editor, declaration);
        return editor.GetChangedDocument();
    }
}
