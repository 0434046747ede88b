using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed and not yet sent when the server is killed: the page is another document then.</summary>
public sealed class UnsentInputKilledTests(CopyingApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<CopyingApp>
{
    [Fact]
    public async Task Fields_OfEveryKindEnteredWhileTheServerIsAway_TheModelHasThem()
    {
        var page = await OpenWithoutDialogAsync("/booking");
        var circuit = await page.CircuitAsync();

        await Server.KillAsync();
        await EnterAllAsync(page);
        await Server.StartAsync();
        await page.IsInAnotherCircuitAsync(circuit);

        await HasAllAsync(page);
    }

    [Fact]
    public async Task Note_HalfTypedInTheMiddleThenServerKilled_GoesOnWhereTheUserWas()
    {
        var page = await OpenAsync("/booking");
        var note = page.Page.GetByLabel("Note");
        await page.Page.GetByLabel("Name").FillAsync("Ada");
        await note.ClickAsync();
        await page.ShowsAsync("Ada|||small|False|red|2030-01-01|");
        await page.HasAnotherCopyAsync(null);
        await page.Page.Keyboard.TypeAsync("one three");
        for (var i = 0; i < "three".Length; i++)
        {
            await page.Page.Keyboard.PressAsync("ArrowLeft");
        }

        var circuit = await page.CircuitAsync();
        await Server.KillAsync();
        await Server.StartAsync();
        await page.IsInAnotherCircuitAsync(circuit);

        await Assertions.Expect(note).ToHaveValueAsync("one three");
        await Assertions.Expect(note).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("two ");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("Ada||one two three|small|False|red|2030-01-01|");
    }
}
