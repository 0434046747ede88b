using LiveStash.Analyzers.Tests.Infrastructure;
using LiveStash.CodeFixes;

namespace LiveStash.Analyzers.Tests;

public sealed class AccessorsTests
{
    [Theory]
    [InlineData("[Stash] public int {|LIVESTASH001:Count|} { get; }")]
    [InlineData("[Stash] public int {|LIVESTASH001:Count|} => 1;")]
    [InlineData("int _count; [Stash] public int {|LIVESTASH001:Count|} { set => _count = value; }")]
    [InlineData("[Stash] private int {|LIVESTASH001:Count|} { get; } = 3;")]
    public Task Property_WithoutGetterOrSetter_IsReported(string property) => VerifyAsync(property);

    [Theory]
    [InlineData("[Stash] public int Count { get; set; }")]
    [InlineData("[Stash] public int Count { get; private set; }")]
    [InlineData("[Stash] int Count { get; set; }")]
    [InlineData("[Stash] public int Count { get; init; }")]
    [InlineData("int _count; [Stash] public int Count { get => _count; set => _count = value; }")]
    [InlineData("[Stash] public int Count { get => field; set => field = value; }")]
    [InlineData("public int Count { get; }")]
    public Task Property_WithBothOrWithoutStash_IsNotReported(string property) => VerifyAsync(property);

    [Fact]
    public Task Property_ThatOverridesAStashedOne_IsReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("""
        abstract class Base : ComponentBase
        {
            [Stash] public abstract int {|LIVESTASH001:Count|} { get; }
        }

        class Derived : Base
        {
            public override int {|LIVESTASH001:Count|} => 1;
        }
        """);

    [Fact]
    public Task Property_OfAService_IsReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("class Cart { [Stash] public int {|LIVESTASH001:Items|} { get; } }");

    [Theory]
    [InlineData("[Stash] public int {|LIVESTASH001:Count|} { get; }", "[Stash] public int Count { get; private set; }")]
    [InlineData("[Stash] private int {|LIVESTASH001:Count|} { get; } = 3;", "[Stash] private int Count { get; set; } = 3;")]
    [InlineData("[Stash] int {|LIVESTASH001:Count|} { get; }", "[Stash] int Count { get; set; }")]
    public Task Fix_OfAnAutomaticProperty_AddsAPrivateSetter(string before, string after) => VerifyFixAsync(before, after);

    [Theory]
    [InlineData("[Stash] public int {|LIVESTASH001:Count|} => 1;")]
    [InlineData("[Stash] public int {|LIVESTASH001:Count|} { get { return 1; } }")]
    [InlineData("[Stash] public virtual int {|LIVESTASH001:Count|} { get; }")]
    public Task Fix_OfWhatIsComputedOrInherited_IsNotOffered(string property) => VerifyFixAsync(property, property);

    private static string Component(string property) => $$"""
        class Counter : ComponentBase
        {
            {{property}}
        }
        """;

    private static Task VerifyAsync(string property) => Verify.AnalyzerAsync<StashPropertyAnalyzer>(Component(property));

    private static Task VerifyFixAsync(string before, string after) => Verify.FixAsync<StashPropertyAnalyzer, AddSetterFix>(Component(before), Component(after));
}
