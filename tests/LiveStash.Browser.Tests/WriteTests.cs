using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is sent to the engine, and what is not.</summary>
[Collection(nameof(Losses))]
public sealed class WriteTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Writes_NothingChanged_NothingIsWritten(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.CountToAsync(1);
        await page.HasWritesAsync(1);

        for (var click = 0; click < 3; click++)
        {
            await page.ClickAsync("Add Zero");
        }

        // Events are handled in their order, so with this one done those before are too.
        await page.CountToAsync(2, from: 1);
        await page.HasWritesAsync(2);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Writes_NothingEverChanged_NothingIsWritten(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.HasWritesAsync(0);

        await page.ClickAsync("Add Zero");
        await page.CountToAsync(1);

        await page.HasWritesAsync(1);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Writes_EachChange_OneWriteAndTheLastIsRecovered(string engine)
    {
        var page = await OpenAsync(engine, "counter");
        await page.CountToAsync(3);
        await page.HasWritesAsync(3);

        await page.LoseCircuitAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasWritesAsync(0);
        await page.CountsOnFromAsync(3);
    }
}
