using LiveStash.Analyzers.Tests.Infrastructure;
using LiveStash.CodeFixes;

namespace LiveStash.Analyzers.Tests;

public sealed class ParameterTests
{
    [Theory]
    [InlineData("[Stash, Parameter]")]
    [InlineData("[Parameter][Stash]")]
    [InlineData("[Stash, CascadingParameter]")]
    [InlineData("[Stash, SupplyParameterFromQuery]")]
    [InlineData("[Stash, SupplyParameterFromForm]")]
    [InlineData("[Stash, Own]")]
    public Task Property_WhoseValueComesFromOutside_IsReported(string attributes) => VerifyAsync($"{attributes} public string? {{|LIVESTASH002:Text|}} {{ get; set; }}");

    [Theory]
    [InlineData("[Stash]")]
    [InlineData("[Parameter]")]
    [InlineData("[CascadingParameter]")]
    [InlineData("[Stash, PersistentState]")]
    [InlineData("[Stash, JsonIgnore]")]
    public Task Property_OfItsOwnOrWithPersistentState_IsNotReported(string attributes) => VerifyAsync($"{attributes} public string? Text {{ get; set; }}");

    [Fact]
    public Task Property_ThatOverridesAParameter_IsReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("""
        class Base : ComponentBase
        {
            [Parameter] public virtual int Count { get; set; }
        }

        class Derived : Base
        {
            [Stash] public override int {|LIVESTASH002:Count|} { get; set; }
        }
        """);

    [Theory]
    [InlineData("[Stash, Parameter] public int {|LIVESTASH002:Count|} { get; set; }", "[Parameter] public int Count { get; set; }")]
    [InlineData("[Parameter, Stash] public int {|LIVESTASH002:Count|} { get; set; }", "[Parameter] public int Count { get; set; }")]
    [InlineData("[Stash(Scope = StashScope.Tab)] [Parameter] public int {|LIVESTASH002:Count|} { get; set; }", "[Parameter] public int Count { get; set; }")]
    [InlineData("[CascadingParameter]\n    [LiveStash.StashAttribute]\n    public int {|LIVESTASH002:Count|} { get; set; }", "[CascadingParameter]\n    public int Count { get; set; }")]
    public Task Fix_OfAParameter_RemovesStash(string before, string after) => Verify.FixAsync<StashPropertyAnalyzer, RemoveStashFix>(Component(before), Component(after));

    [Fact]
    public Task Fix_BelowADocComment_KeepsIt() => Verify.FixAsync<StashPropertyAnalyzer, RemoveStashFix>(
        Component("/// <summary>How many.</summary>\n    [Stash]\n    [Parameter]\n    public int {|LIVESTASH002:Count|} { get; set; }"),
        Component("/// <summary>How many.</summary>\n    [Parameter]\n    public int Count { get; set; }"));

    private static string Component(string property) => $$"""
        #nullable enable
        class OwnAttribute : CascadingParameterAttributeBase;

        class Counter : ComponentBase
        {
            {{property}}
        }
        """;

    private static Task VerifyAsync(string property) => Verify.AnalyzerAsync<StashPropertyAnalyzer>(Component(property));
}
