using LiveStash.Analyzers.Tests.Infrastructure;
using LiveStash.CodeFixes;

namespace LiveStash.Analyzers.Tests;

public sealed class KeyTests
{
    [Theory]
    [InlineData("[StashKey] public int {|LIVESTASH006:Id|} { get; set; }")]
    [InlineData("[StashKey, CascadingParameter] public int {|LIVESTASH006:Id|} { get; set; }")]
    [InlineData("[StashKey] int {|LIVESTASH006:Id|} => 1;")]
    public Task Key_ThatIsNoParameter_IsReported(string property) => Verify.AnalyzerAsync<StashPropertyAnalyzer>(Component(property));

    [Theory]
    [InlineData("[StashKey, Parameter] public int Id { get; set; }")]
    [InlineData("[Parameter][StashKey] public int Id { get; set; }")]
    [InlineData("[Parameter] public int Id { get; set; }")]
    [InlineData("public int Id { get; set; }")]
    public Task Key_ThatIsAParameter_IsNotReported(string property) => Verify.AnalyzerAsync<StashPropertyAnalyzer>(Component(property));

    [Fact]
    public Task Key_ThatOverridesAParameter_IsNotReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("""
        class Base : ComponentBase
        {
            [Parameter] public virtual int Id { get; set; }
        }

        class Derived : Base
        {
            [StashKey] public override int Id { get; set; }
        }
        """);

    [Fact]
    public Task Fix_OfAKey_MakesItAParameter() => Verify.FixAsync<StashPropertyAnalyzer, AddParameterFix>(
        Component("[StashKey]\n    public int {|LIVESTASH006:Id|} { get; set; }"),
        Component("[StashKey]\n    [Parameter]\n    public int Id { get; set; }"));

    [Theory]
    [InlineData("[StashKey] int {|LIVESTASH006:Id|} => 1;")]
    [InlineData("[StashKey] public int {|LIVESTASH006:Id|} { get; }")]
    [InlineData("[StashKey, CascadingParameter] public int {|LIVESTASH006:Id|} { get; set; }")]
    public Task Fix_OfAKeyThatCanBeNoParameter_IsNotOffered(string property) => Verify.FixAsync<StashPropertyAnalyzer, AddParameterFix>(Component(property), Component(property));

    private static string Component(string property) => $$"""
        class Line : ComponentBase
        {
            {{property}}
        }
        """;
}
