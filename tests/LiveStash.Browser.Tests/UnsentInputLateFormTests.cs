using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A form that is made anew while its page comes back.</summary>
public sealed class UnsentInputLateFormTests(PatientApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<PatientApp>
{
    /// <summary>The server makes the field anew right after what was typed has been put back into the first one.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(150, 0)]
    [InlineData(150, 1000)]
    public async Task FormMadeAnewAfterTheFirstRender_HalfTypedThenLost_GoesOnEachTime(int roundTrip, int wait)
    {
        var page = await OpenOverAsync(roundTrip, $"/late-form?Wait={wait}");
        await page.HasTextAsync("made", "made");
        await page.Page.GetByLabel("Name").FillAsync("Ada");
        await page.Page.GetByLabel("Street").ClickAsync();
        await page.ShowsAsync("Ada|");
        var street = "";
        for (var i = 1; i <= 2; i++)
        {
            await page.Page.Keyboard.TypeAsync($"{i}");
            street += $"{i}";

            await LoseAsync(page);

            // It stays when everything has come to rest.
            await page.HasTextAsync("made", "made");
            await page.Page.WaitForFunctionAsync(
                """
                text => {
                  const field = document.activeElement;
                  const isThere = field.closest('label')?.textContent.includes('Street') && field.value === text;
                  window.__since = isThere ? window.__since ?? performance.now() : undefined;
                  return isThere && performance.now() - window.__since > 1000;
                }
                """, street);
        }

        await page.Page.Keyboard.PressAsync("Enter");
        await page.ShowsAsync($"Ada|{street}");
        await page.HasTextAsync("sent", "1");
    }
}
