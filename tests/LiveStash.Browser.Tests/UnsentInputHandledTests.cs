using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What the server has handled is over, also where it is not saved yet.</summary>
public sealed class UnsentInputHandledTests(UnsteadyRetainingApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<UnsteadyRetainingApp>
{
    /// <summary>A save takes longer than the render in which the form is made anew.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Form_SentAndMadeAnewInAFreshPage_IsEmpty(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/additions");
        await Server.PostAsync("/engine/on?delay=500");
        var name = page.Page.GetByLabel("Name");

        await name.FillAsync("Bob");
        await name.PressAsync("Enter");
        await page.ShowsAsync("Bob");
        await Task.Delay(1500);

        await Assertions.Expect(name).ToHaveValueAsync("");
        await name.PressAsync("Enter");
        await page.ShowsAsync("Bob|");
    }

    [Fact]
    public async Task Dialog_ClosedWithHalfTypedTextInAFreshPage_TheNextOneIsEmpty()
    {
        var page = await OpenWithoutDialogAsync("/additions");
        var comment = page.Page.Locator("#comment");
        await page.ClickAsync("edit-1");
        await comment.PressSequentiallyAsync("of the first");
        await Task.Delay(500); // as a user looks at it, before it is given up
        await comment.PressAsync("Escape");
        await Assertions.Expect(comment).ToHaveCountAsync(0);

        await page.ClickAsync("edit-2");
        await page.HasTextAsync("edited", "2");
        await Task.Delay(1000);

        await page.HasValueAsync("comment", "");
    }

    [Fact]
    public async Task Toggle_HandledAndNotSavedThenABlip_IsNotToggledOnceMore()
    {
        var page = await OpenWithoutDialogAsync("/outage");
        var circuit = await page.CircuitAsync();
        await Server.PostAsync("/engine/off");
        await page.ClickAsync("add");
        await page.Page.GetByLabel("Done").ClickAsync();
        await page.HasTextAsync("done", "True");
        await Task.Delay(1000); // the page has heard that it was handled

        await CutAsync(page);
        Link.Heal();
        await page.Page.WaitForFunctionAsync("sessionStorage.getItem('livestash:lost') === null");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "2");

        await page.HasTextAsync("done", "True");
        Assert.Equal(circuit, await page.CircuitAsync());
    }
}
