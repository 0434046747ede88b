using LiveStash.Analyzers.Tests.Infrastructure;

namespace LiveStash.Analyzers.Tests;

public sealed class RazorTests
{
    [Theory]
    [InlineData("ListPage.razor", 6)]
    [InlineData("TwicePage.razor", 1)]
    [InlineData("PropertiesPage.razor", 3)]
    [InlineData("AlternativesPage.razor", 0)]
    [InlineData("Line.razor", 0)]
    [InlineData("Pick.razor", 0)]
    public async Task Page_WithMarkedLines_IsReportedAtThose(string page, int count)
    {
        var marks = RazorOutput.Marks(page);

        Assert.Equal(count, marks.Length);
        Assert.Equal(marks, await RazorOutput.FindingsAsync(page));
    }
}
