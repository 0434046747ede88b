using LiveStash.Analyzers.Tests.Infrastructure;

namespace LiveStash.Analyzers.Tests;

public sealed class InstanceKeyTests
{
    [Theory]
    [InlineData("foreach (var id in Ids) { {|LIVESTASH004:builder.OpenComponent<Line>(0)|}; builder.CloseComponent(); }")]
    [InlineData("for (var i = 0; i < 3; i++) { {|LIVESTASH004:builder.OpenComponent<Line>(0)|}; builder.AddComponentParameter(1, nameof(Line.Text), i); builder.CloseComponent(); }")]
    [InlineData("while (true) { {|LIVESTASH004:builder.OpenComponent<Line>(0)|}; builder.CloseComponent(); }")]
    [InlineData("do { {|LIVESTASH004:builder.OpenComponent(0, typeof(Line))|}; builder.CloseComponent(); } while (true);")]
    [InlineData("foreach (var id in Ids) { {|LIVESTASH004:builder.OpenComponent<Keyless>(0)|}; builder.SetKey(id); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Box>(0); builder.AddAttribute(1, \"ChildContent\", (RenderFragment)(inner => { {|LIVESTASH004:inner.OpenComponent<Line>(0)|}; inner.CloseComponent(); })); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { {|LIVESTASH004:builder.OpenComponent<Based>(0)|}; builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { {|LIVESTASH004:builder.OpenComponent<Based>(0)|}; builder.AddComponentParameter(1, nameof(Based.StashKey), \"same\"); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { {|LIVESTASH004:builder.OpenComponent<Line>(0)|}; builder.AddComponentParameter(1, nameof(Line.Id), 1); builder.CloseComponent(); }")]
    public Task Component_InALoopWithoutAKey_IsReported(string render) => VerifyAsync(render);

    [Theory]
    [InlineData("builder.OpenComponent<Line>(0); builder.CloseComponent(); {|LIVESTASH004:builder.OpenComponent<Line>(1)|}; builder.CloseComponent();")]
    [InlineData("builder.OpenComponent<Line>(0); builder.CloseComponent(); if (Ids.Count > 1) { {|LIVESTASH004:builder.OpenComponent<Line>(1)|}; builder.CloseComponent(); }")]
    [InlineData("builder.OpenComponent<Box>(0); builder.AddAttribute(1, \"ChildContent\", (RenderFragment)(a => { a.OpenComponent<Line>(2); a.CloseComponent(); {|LIVESTASH004:a.OpenComponent<Line>(3)|}; a.CloseComponent(); })); builder.CloseComponent();")]
    [InlineData("Boxed(builder, a => { a.OpenComponent<Line>(2); a.CloseComponent(); }); Boxed(builder, a => { {|LIVESTASH004:a.OpenComponent<Line>(2)|}; a.CloseComponent(); });")]
    public Task Component_TwiceWithoutAKey_IsReportedOnce(string render) => VerifyAsync(render);

    [Fact]
    public Task Component_InTheRowOfAList_IsReported() => VerifyAsync("""
        builder.OpenComponent<Rows<int>>(0);
        builder.AddAttribute(1, nameof(Rows<int>.Items), Ids);
        builder.AddAttribute(2, nameof(Rows<int>.Row), (RenderFragment<int>)(id => row => { {|LIVESTASH004:row.OpenComponent<Line>(3)|}; row.CloseComponent(); }));
        builder.AddAttribute(4, nameof(Rows<int>.Empty), (RenderFragment)(empty => { empty.OpenComponent<Keyless>(5); empty.CloseComponent(); }));
        builder.CloseComponent();
        """);

    [Theory]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Line>(0); builder.AddComponentParameter(1, nameof(Line.Id), id); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Line>(0); builder.AddAttribute(1, \"Id\", (object)id); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Based>(0); builder.AddComponentParameter(1, \"StashKey\", id.ToString()); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Line>(0); builder.AddMultipleAttributes(1, new Dictionary<string, object>()); builder.CloseComponent(); }")]
    [InlineData("builder.OpenComponent<Line>(0); builder.CloseComponent(); builder.OpenComponent<Line>(1); builder.AddComponentParameter(2, \"Id\", 1); builder.CloseComponent();")]
    public Task Component_WithAKey_IsNotReported(string render) => VerifyAsync(render);

    [Theory]
    [InlineData("builder.OpenComponent<Line>(0); builder.CloseComponent(); builder.OpenComponent<Keyless>(1); builder.CloseComponent();")]
    [InlineData("if (Ids.Count > 1) { builder.OpenComponent<Line>(0); builder.CloseComponent(); } else { builder.OpenComponent<Line>(1); builder.CloseComponent(); }")]
    [InlineData("if (Ids.Count > 1) { builder.OpenComponent<Line>(0); builder.CloseComponent(); } else if (Ids.Count > 0) { builder.OpenComponent<Line>(1); builder.CloseComponent(); } else { builder.OpenComponent<Line>(2); builder.CloseComponent(); }")]
    [InlineData("switch (Ids.Count) { case 1: builder.OpenComponent<Line>(0); builder.CloseComponent(); break; default: builder.OpenComponent<Line>(1); builder.CloseComponent(); break; }")]
    [InlineData("builder.OpenComponent<Box>(0); builder.AddAttribute(1, \"ChildContent\", (RenderFragment)(a => { a.OpenComponent<Line>(2); a.CloseComponent(); })); builder.AddAttribute(3, \"Other\", (RenderFragment)(b => { b.OpenComponent<Line>(4); b.CloseComponent(); })); builder.CloseComponent();")]
    public Task Component_OnceAtATime_IsNotReported(string render) => VerifyAsync(render);

    [Theory]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Box>(0); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<Decides>(0); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenComponent<BasedDecides>(0); builder.CloseComponent(); }")]
    [InlineData("foreach (var id in Ids) { builder.OpenElement(0, \"p\"); builder.CloseElement(); }")]
    public Task Component_WithoutStashOrThatDecidesItself_IsNotReported(string render) => VerifyAsync(render);

    [Fact]
    public Task Component_OfAnotherTypeArgument_IsNotReported() => VerifyAsync(
        "builder.OpenComponent<Generic<int>>(0); builder.CloseComponent(); builder.OpenComponent<Generic<string>>(1); builder.CloseComponent();");

    private static Task VerifyAsync(string render) => Verify.AnalyzerAsync<InstanceKeyAnalyzer>($$"""
        class Line : ComponentBase { [Parameter, StashKey] public int Id { get; set; } [Parameter] public int Text { get; set; } [Stash] int Count { get; set; } }
        class Keyless : ComponentBase { [Stash] int Count { get; set; } }
        class Generic<T> : ComponentBase { [Stash] int Count { get; set; } }
        class Based : StashComponentBase { [Stash] int Count { get; set; } }
        class BasedDecides : StashComponentBase { [Stash] int Count { get; set; } protected override StashSlotSettings StashSettings => new() { Key = "a" }; }
        class Decides : ComponentBase, IHasStashSettings { [Stash] int Count { get; set; } public StashSlotSettings StashSettings => new() { Key = "a" }; }
        class Box : ComponentBase { [Parameter] public RenderFragment ChildContent { get; set; } [Parameter] public RenderFragment Other { get; set; } }
        class Rows<T> : ComponentBase
        {
            [Parameter] public ICollection<T> Items { get; set; }
            [Parameter] public RenderFragment<T> Row { get; set; }
            [Parameter] public RenderFragment Empty { get; set; }
        }

        class Page : ComponentBase
        {
            List<int> Ids { get; } = new();

            protected override void BuildRenderTree(RenderTreeBuilder builder)
            {
                {{render}}
            }

            static void Boxed(RenderTreeBuilder builder, RenderFragment content)
            {
                builder.OpenComponent<Box>(0);
                builder.AddAttribute(1, "ChildContent", content);
                builder.CloseComponent();
            }
        }
        """);
}
