using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Larger and nested state.</summary>
public sealed class LabTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
{
    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Payload_Of200KibibytesAndServerKilled_IsBack(string engine)
    {
        var page = await StartAsync(engine, "lab");
        var digest = await page.FillAsync(kibibytes: 200);

        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Payload_Of200KibibytesAndCircuitLost_IsBackAndCanBeReplaced(string engine)
    {
        var page = await StartAsync(engine, "lab");
        var digest = await page.FillAsync(kibibytes: 200);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
        Assert.NotEqual(digest, await page.FillAsync(kibibytes: 200));
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Payload_Of200KibibytesAfterAResetAndServerKilled_IsBack(string engine)
    {
        var page = await StartAsync(engine, "lab");
        await page.FillAsync(kibibytes: 200);
        await page.ClickAsync("Reset Stash");
        await page.HasSavedAsync("");
        var digest = await page.FillAsync(kibibytes: 200);

        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Payload_OverTheLimit_IsRefusedAndTheOneBeforeStays(string engine)
    {
        var page = await StartAsync(engine, "lab");
        var digest = await page.FillAsync(kibibytes: 10);

        await page.Page.GetByLabel("Payload KiB").FillAsync("400");
        await page.ClickAsync("Fill");
        await page.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Equal(digest, await page.SavedAsync());
        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Children_WithKeysAndCircuitLost_EachHasItsOwnValueAgain(string engine)
    {
        var page = await StartAsync(engine, "lab");
        await AddThirdItemAsync(page);
        await CountItemAsync(page, 1, 1);
        await CountItemAsync(page, 3, 2);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await ItemHasAsync(page, 1, "1");
        await ItemHasAsync(page, 2, "0");
        await ItemHasAsync(page, 3, "2");
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task Children_WithKeysAndServerKilled_EachHasItsOwnValueAgain(string engine)
    {
        var page = await StartAsync(engine, "lab");
        await AddThirdItemAsync(page);
        await CountItemAsync(page, 2, 2);
        await CountItemAsync(page, 3, 1);

        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await ItemHasAsync(page, 1, "0");
        await ItemHasAsync(page, 2, "2");
        await ItemHasAsync(page, 3, "1");
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Nested_RecordChangedAndCircuitLost_IsBackInAllItsParts(string engine)
    {
        var page = await StartAsync(engine, "lab");
        var nested = page.Page.Locator(".nested");
        var first = await nested.TextContentAsync();
        var writes = await page.WritesAsync();
        await page.ClickAsync("Change nested");
        await page.HasWritesAsync(writes + 1);
        var changed = await nested.TextContentAsync();
        Assert.NotEqual(first, changed);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        Assert.Equal(changed, await nested.TextContentAsync());
    }

    private static async Task AddThirdItemAsync(StashPage page)
    {
        var writes = await page.WritesAsync();
        await page.ClickAsync("Add Item");
        await ItemHasAsync(page, 3, "0");
        await page.HasWritesAsync(writes + 1);
    }

    private static async Task CountItemAsync(StashPage page, int item, int to)
    {
        for (var value = 1; value <= to; value++)
        {
            var writes = await page.WritesAsync();
            await page.ClickAsync($"Increment item {item}");
            await ItemHasAsync(page, item, $"{value}");
            await page.HasWritesAsync(writes + 1);
        }
    }

    private static Task ItemHasAsync(StashPage page, int item, string value) =>
        Assertions.Expect(page.Page.Locator($".item-value[data-key='{item}']")).ToHaveTextAsync(value);
}
