using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The state, or a copy of it, in the tab: copies that are stale, and a tab that has no room.</summary>
[Collection(nameof(Losses))]
public sealed class BrowserCopyTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    private const string WithCopy = "memory+browser";

    [Fact]
    public async Task Reconnect_CopyIsOlderThanTheEngine_TheEngineWins()
    {
        var page = await OpenAsync(WithCopy, "counter");
        await page.CountToAsync(5);
        await page.BlockCopyAsync();
        await page.CountToAsync(9, from: 5);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(9);
    }

    [Fact]
    public async Task Save_TheTabHasNoRoom_IsRefusedAndTheStateBeforeStays()
    {
        var page = await OpenAsync("browser", "lab");
        var digest = await page.FillAsync(kibibytes: 10);
        await FillStorageAsync(page);

        await page.Page.GetByLabel("Payload KiB").FillAsync("100");
        await page.ClickAsync("Fill");
        await page.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Equal(digest, await page.SavedAsync());
        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    [Fact]
    public async Task Save_TheTabHasNoRoomForTheCopy_TheEngineHasIt()
    {
        var page = await OpenAsync(WithCopy, "lab");
        await page.FillAsync(kibibytes: 10);
        await FillStorageAsync(page);
        var digest = await page.FillAsync(kibibytes: 100);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    /// <summary>Fills the tab's storage up to its quota, but for less than 64 KiB.</summary>
    private static Task FillStorageAsync(StashPage page) => page.Page.EvaluateAsync(
        """
        () => {
          let room = 0;
          for (let size = 1 << 23; size >= 1 << 14; size >>= 1) {
            for (;;) {
              try { sessionStorage.setItem(`other:${room++}`, 'x'.repeat(size)); } catch { break; }
            }
          }
        }
        """);
}
