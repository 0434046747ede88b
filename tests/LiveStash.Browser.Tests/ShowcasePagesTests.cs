using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Browser.Tests.Pages;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The pages that are closest to an app.</summary>
[Collection(nameof(Visits))]
public sealed class ShowcasePagesTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    /// <summary>Notes for which handler each change of a field is sent.</summary>
    private const string HandlerRecorder =
        """
        (() => {
          Object.defineProperty(window, '__handlers', { value: [] });
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
            for (const [, id] of text.matchAll(/"eventHandlerId":(\d+),"eventName":"(?:input|change)"/g)) {
              __handlers.push(Number(id));
            }
            send.call(this, data);
          };
        })();
        """;

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task OrderForm_SecondStepHalfFilledAndReloaded_IsBackAsItWas(string engine)
    {
        var page = await OpenAsync(engine, "form");
        await page.FillHalfAsync();

        await page.ReloadAsync();

        await page.IsHalfFilledAsync();
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task OrderForm_OrderPlacedAndReloaded_IsEmpty(string engine)
    {
        var page = await OpenAsync(engine, "form");
        await page.FillHalfAsync();
        await page.Page.GetByLabel("Postal code").FillAsync("211 20");
        await page.Page.GetByLabel("City").FillAsync("Malmö");
        await page.ClickAsync("Next");
        await page.Page.GetByLabel("I accept the terms of sale.").CheckAsync();
        await page.ClickAsync("Place order");
        await page.Page.Locator(".order-number").WaitForAsync();
        await page.HasSavedAsync("");

        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("");
    }

    /// <summary>
    /// A handler that a render replaces can be gone on the server before an event that the browser had sent for it: Blazor's
    /// renderer drops it at once when the browser confirms that render before the renderer has got so far.
    /// </summary>
    [Fact]
    public async Task OrderForm_RenderedAgainAndAgain_FieldsKeepTheirHandlers()
    {
        var page = await NewVisitorAsync(HandlerRecorder);
        await page.OpenAsync(PathOf("form", "memory"));

        await page.TypeAsync("Name", "Ida");
        await page.TypeAsync("E-mail", "ida");
        await page.TypeAsync("Name", "Ida Lindqvist");
        await Assertions.Expect(page.Page.Locator("#field-email-error")).ToBeVisibleAsync();
        await page.TypeAsync("E-mail", "ida@example.com");
        await page.ClickAsync("Next");
        await page.ChooseAsync("Express", "14.50");
        await page.ChooseAsync("Standard", "93.90");
        await page.ChooseAsync("Express", "14.50");
        await page.TypeAsync("Street and number", "Östergatan 12");
        await page.TypeAsync("Postal code", "211 20");
        await page.TypeAsync("City", "Malmö");
        await page.ClickAsync("Next");
        await page.TickAsync(true);
        await page.TickAsync(false);

        var handlers = await page.Page.EvaluateAsync<int[]>("__handlers");
        Assert.Equal(12, handlers.Length);
        Assert.Equal(handlers[..2], handlers[2..4]);
        Assert.Equal(handlers[4], handlers[6]);
        Assert.Equal(handlers[10], handlers[11]);
    }
}
