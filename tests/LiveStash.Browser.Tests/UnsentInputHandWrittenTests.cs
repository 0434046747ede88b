using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed and not yet with the server, in forms as people write them.</summary>
public sealed class UnsentInputHandWrittenTests(PatientApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<PatientApp>
{
    /// <summary>Without values of their own, each has the platform's.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("small")]
    public async Task RadioWithoutValue_ChosenThenLost_IsChosenAndSent(string? before)
    {
        var page = await OpenWithoutDialogAsync("/hand-written");
        if (before is not null)
        {
            await page.Page.GetByLabel(before).CheckAsync();
            await page.ShowsAsync(before);
            await page.HasNothingUnsentAsync();
        }

        var circuit = await page.CircuitAsync();
        await Link.CutAsync();
        await page.Page.GetByLabel("medium").CheckAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.ShowsAsync("medium");
        await Assertions.Expect(page.Page.GetByLabel("medium")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task FieldOutsideOfItsForm_HalfTypedThenLostThenSent_TheFormHasIt()
    {
        var page = await OpenWithoutDialogAsync("/hand-written");
        await page.Page.GetByLabel("Code").PressSequentiallyAsync("A1");
        await LoseAsync(page);
        await Assertions.Expect(page.Page.GetByLabel("Code")).ToHaveValueAsync("A1");

        await page.Page.Keyboard.PressAsync("Enter");

        await page.HasTextAsync("sent-code", "A1");
    }

    /// <summary>The dialog of another row is another's, whatever it has in common with that of the one before.</summary>
    [Fact]
    public async Task Comment_HalfTypedThenLostAndNotReturnedTo_IsInNoOtherRow()
    {
        var page = await OpenWithoutDialogAsync("/additions");
        await page.ClickAsync("edit-1");
        await page.Page.GetByLabel("Comment").PressSequentiallyAsync("of the first");
        await LoseAsync(page);
        await Task.Delay(TimeSpan.FromSeconds(31));

        await page.ClickAsync("edit-2");
        await Task.Delay(1000);

        await Assertions.Expect(page.Page.GetByLabel("Comment")).ToHaveValueAsync("");
    }
}
