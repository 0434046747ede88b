using LiveStash.Analyzers.Tests.Infrastructure;
using LiveStash.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace LiveStash.Analyzers.Tests;

public sealed class SealedTests
{
    [Theory]
    [InlineData("[Route(\"/orders/{id:int}\")] sealed class {|#0:Page|} : ComponentBase { [Stash] int Count { get; set; } }")]
    [InlineData("sealed class {|#0:Line|} : ComponentBase { [Parameter, StashKey] public int Id { get; set; } [Stash] int Count { get; set; } }")]
    [InlineData("sealed class {|#0:Line|} : StashComponentBase { [Stash] int Count { get; set; } }")]
    public Task Component_WithAKey_IsAWarning(string source) => Verify.AnalyzerAsync<SealedComponentAnalyzer>(source, At(DiagnosticSeverity.Warning));

    [Theory]
    [InlineData("sealed class {|#0:Counter|} : ComponentBase { [Stash] int Count { get; set; } }")]
    [InlineData("[Route(\"/orders\")] sealed class {|#0:Page|} : ComponentBase { [Stash] int Count { get; set; } }")]
    [InlineData("class Base : ComponentBase { [Stash] int Count { get; set; } } sealed class {|#0:Counter|} : Base;")]
    [InlineData("partial class Counter : ComponentBase { [Stash] int Count { get; set; } } sealed partial class {|#0:Counter|};")]
    public Task Component_WithoutAKey_IsInformation(string source) => Verify.AnalyzerAsync<SealedComponentAnalyzer>(source, At(DiagnosticSeverity.Info));

    [Theory]
    [InlineData("class Counter : ComponentBase { [Stash] int Count { get; set; } }")]
    [InlineData("sealed class Counter : ComponentBase { int Count { get; set; } }")]
    [InlineData("sealed class Cart { [Stash] public int Count { get; set; } }")]
    [InlineData("[Route(\"/orders/{id}\")] sealed class Page : ComponentBase { [Parameter] public string Id { get; set; } }")]
    public Task Class_NotSealedOrWithoutStashOrNoComponent_IsNotReported(string source) => Verify.AnalyzerAsync<SealedComponentAnalyzer>(source);

    [Theory]
    [InlineData("public sealed class {|#0:Line|} : StashComponentBase\n{\n    [Stash] int Count { get; set; }\n}", "public class Line : StashComponentBase\n{\n    [Stash] int Count { get; set; }\n}")]
    [InlineData("sealed partial class {|#0:Line|} : StashComponentBase\n{\n    [Stash] int Count { get; set; }\n}", "partial class Line : StashComponentBase\n{\n    [Stash] int Count { get; set; }\n}")]
    [InlineData("/// <summary>A line.</summary>\nsealed class {|#0:Line|} : StashComponentBase\n{\n    [Stash] int Count { get; set; }\n}", "/// <summary>A line.</summary>\nclass Line : StashComponentBase\n{\n    [Stash] int Count { get; set; }\n}")]
    public Task Fix_OfAComponent_RemovesSealed(string before, string after) =>
        Verify.FixAsync<SealedComponentAnalyzer, RemoveSealedFix>(before, after, At(DiagnosticSeverity.Warning));

    private static DiagnosticResult At(DiagnosticSeverity severity) => new DiagnosticResult(Descriptors.SealedId, severity).WithLocation(0);
}
