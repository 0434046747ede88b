using System.Reflection;
using LiveStash.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LiveStash.Analyzers.Tests;

public sealed class DescriptorsTests
{
    private static readonly DiagnosticDescriptor[] All =
        [.. typeof(Descriptors).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static field => field.GetValue(null)).OfType<DiagnosticDescriptor>()];

    [Fact]
    public void Rules_All_AreInTheTableOfTheReadmeWithTheirSeverity()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Rules.md"));

        Assert.Equal(7, All.Select(static rule => rule.Id).Distinct().Count());
        Assert.All(All, rule => Assert.Contains($"| {rule.Id} | {rule.DefaultSeverity.ToString().ToLowerInvariant()} |", readme, StringComparison.Ordinal));
        Assert.All(All, static rule => Assert.NotEmpty(rule.Description.ToString(null)));
    }

    [Fact]
    public void Rules_All_AreReportedByAnAnalyzerOfTheAssembly() => Assert.Equal(
        All.Select(static rule => rule.Id).Order(),
        Made<DiagnosticAnalyzer>(typeof(Descriptors).Assembly).SelectMany(static analyzer => analyzer.SupportedDiagnostics).Select(static rule => rule.Id).Order());

    [Fact]
    public void Fixes_All_AreForARuleAndFixAllAtOnce()
    {
        var fixes = Made<CodeFixProvider>(typeof(AddSetterFix).Assembly).ToArray();

        Assert.Equal(4, fixes.Length);
        Assert.All(fixes, static fix => Assert.Contains(Assert.Single(fix.FixableDiagnosticIds), All.Select(static rule => rule.Id)));
        Assert.All(fixes, static fix => Assert.NotNull(fix.GetFixAllProvider()));
    }

    private static IEnumerable<T> Made<T>(Assembly assembly) =>
        assembly.GetTypes().Where(static type => typeof(T).IsAssignableFrom(type) && !type.IsAbstract).Select(static type => (T)Activator.CreateInstance(type)!);
}
