using LiveStash.Analyzers.Tests.Infrastructure;

namespace LiveStash.Analyzers.Tests;

public sealed class ImpossibleTests
{
    [Theory]
    [InlineData("[Stash] public static int {|LIVESTASH007:Count|} { get; set; }")]
    [InlineData("[Stash] public int {|LIVESTASH007:this|}[int index] { get => index; set { } }")]
    [InlineData("[Stash] public Span<int> {|LIVESTASH007:Span|} { get => default; set { } }")]
    [InlineData("int _count; [Stash] public ref int {|LIVESTASH007:Count|} => ref _count;")]
    public Task Property_ThatCannotBeKept_IsReported(string property) => VerifyAsync(property);

    [Theory]
    [InlineData("[Stash] public int Count { get; set; }")]
    [InlineData("public static int Count { get; set; }")]
    [InlineData("public int this[int index] { get => index; set { } }")]
    [InlineData("[Stash] public virtual required string Name { get; set; }")]
    public Task Property_ThatCanBeKept_IsNotReported(string property) => VerifyAsync(property);

    [Fact]
    public Task Property_ThatHidesAStashedOne_IsReported() => Verify.AnalyzerAsync<StashPropertyAnalyzer>("""
        class Base : ComponentBase
        {
            [Stash] public int Count { get; set; }
            [Stash] public virtual int Other { get; set; }
            public int Plain { get; set; }
        }

        class Derived : Base
        {
            [Stash] public new int {|LIVESTASH007:Count|} { get; set; }
            [Stash] public override int Other { get; set; }
            [Stash] public new int Plain { get; set; }
        }
        """);

    private static Task VerifyAsync(string property) => Verify.AnalyzerAsync<StashPropertyAnalyzer>($$"""
        class Counter : ComponentBase
        {
            {{property}}
        }
        """);
}
