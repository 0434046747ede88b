using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LiveStash.Analyzers.Tests.Infrastructure;

/// <summary>The C# that the SDK's Razor compiler made of this project's pages when it was built.</summary>
internal static class RazorOutput
{
    private static readonly Lazy<Task<ImmutableArray<Diagnostic>>> All = new(AnalyzeAsync);

    /// <summary>What the rules find, as (line, id) of the page; an id with another path where it is not at the page.</summary>
    public static async Task<(int Line, string Id)[]> FindingsAsync(string page) =>
        [.. (await All.Value)
            .Select(static finding => (finding.Id, Position: finding.Location.GetMappedLineSpan()))
            .Where(finding => Path.GetFileName(finding.Position.Path).StartsWith(Path.GetFileNameWithoutExtension(page), StringComparison.Ordinal))
            .Select(finding => (finding.Position.StartLinePosition.Line + 1, Path.GetFileName(finding.Position.Path) == page ? finding.Id : $"{finding.Id} at {finding.Position}"))
            .Order()];

    /// <summary>The lines of a page that name a rule.</summary>
    public static (int Line, string Id)[] Marks(string page) =>
        [.. File.ReadAllLines(PathTo("Pages", page))
            .Select(static (line, index) => (index + 1, Mark: line.IndexOf("LIVESTASH", StringComparison.Ordinal) is >= 0 and var at ? line.Substring(at, "LIVESTASH000".Length) : null))
            .Where(static line => line.Mark is not null)
            .Select(static line => (line.Item1, line.Mark!))];

    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync()
    {
        var trees = Directory.GetFiles(PathTo("razor"), "*.g.cs").Select(static path => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(path)), path: path)).ToArray();
        var compilation = CSharpCompilation.Create("Pages", trees, References.All, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));

        var analyzed = compilation.WithAnalyzers(
            [new StashPropertyAnalyzer(), new InstanceKeyAnalyzer(), new SealedComponentAnalyzer()],
            new AnalyzerOptions([.. trees.Select(static tree => new Page(tree))]));
        return await analyzed.GetAllDiagnosticsAsync() is var all ? [.. all.Where(static diagnostic => diagnostic.Id.StartsWith("LIVESTASH", StringComparison.Ordinal) || diagnostic.Id.StartsWith("AD", StringComparison.Ordinal))] : [];
    }

    private static string PathTo(params string[] parts) => Path.Combine([AppContext.BaseDirectory, .. parts]);

    /// <summary>The page as the compiler gets it beside its C#, under the path that it had at the build.</summary>
    private sealed class Page(SyntaxTree tree) : AdditionalText
    {
        public override string Path { get; } =
            ((PragmaChecksumDirectiveTriviaSyntax)((CSharpSyntaxNode)tree.GetRoot()).GetFirstDirective(static directive => directive is PragmaChecksumDirectiveTriviaSyntax)!).File.ValueText;

        public override SourceText? GetText(CancellationToken cancellationToken = default) =>
            PathTo("Pages", System.IO.Path.GetFileName(Path)) is var path && File.Exists(path) ? SourceText.From(File.ReadAllText(path)) : null;
    }
}
