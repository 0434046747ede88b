using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Browser.Tests.Pages;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Larger and nested state.</summary>
[Collection(nameof(Losses))]
public sealed class LabTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Payload_Of200KibibytesAndCircuitLost_IsBackAndCanBeReplaced(string engine)
    {
        var page = await OpenAsync(engine, "lab");
        var digest = await page.FillAsync(kibibytes: 200);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
        Assert.NotEqual(digest, await page.FillAsync(kibibytes: 200));
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Payload_OverTheLimit_IsRefusedAndTheOneBeforeStays(string engine)
    {
        var page = await OpenAsync(engine, "lab");
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
        var page = await OpenAsync(engine, "lab");
        await page.AddThirdItemAsync();
        await page.CountItemAsync(1, 1);
        await page.CountItemAsync(3, 2);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.ItemHasAsync(1, "1");
        await page.ItemHasAsync(2, "0");
        await page.ItemHasAsync(3, "2");
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Nested_RecordChangedAndCircuitLost_IsBackInAllItsParts(string engine)
    {
        var page = await OpenAsync(engine, "lab");
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
}
