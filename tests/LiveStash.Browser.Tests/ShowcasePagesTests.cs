using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The pages that are closest to an app.</summary>
public sealed class ShowcasePagesTests(ChromiumFixture chromium, ITestOutputHelper output) : BrowserTest(chromium, output)
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
    [EngineData(EngineKind.OutlivesServer)]
    public async Task OrderForm_SecondStepHalfFilledAndServerKilled_IsBackAsItWas(string engine)
    {
        var page = await StartAsync(engine, "form");
        await FillHalfAsync(page);

        await Server.KillAsync();
        await Server.StartAsync();

        await IsHalfFilledAsync(page);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task OrderForm_SecondStepHalfFilledAndReloaded_IsBackAsItWas(string engine)
    {
        var page = await StartAsync(engine, "form");
        await FillHalfAsync(page);

        await page.ReloadAsync();

        await IsHalfFilledAsync(page);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task OrderForm_OrderPlacedAndReloaded_IsEmpty(string engine)
    {
        var page = await StartAsync(engine, "form");
        await FillHalfAsync(page);
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
        await StartServerAsync("memory");
        var page = await NewVisitorAsync(HandlerRecorder);
        await page.OpenAsync(PathOf("form", "memory"));

        await TypeAsync(page, "Name", "Ida");
        await TypeAsync(page, "E-mail", "ida");
        await TypeAsync(page, "Name", "Ida Lindqvist");
        await Assertions.Expect(page.Page.Locator("#field-email-error")).ToBeVisibleAsync();
        await TypeAsync(page, "E-mail", "ida@example.com");
        await page.ClickAsync("Next");
        await ChooseAsync(page, "Express", "14.50");
        await ChooseAsync(page, "Standard", "93.90");
        await ChooseAsync(page, "Express", "14.50");
        await TypeAsync(page, "Street and number", "Östergatan 12");
        await TypeAsync(page, "Postal code", "211 20");
        await TypeAsync(page, "City", "Malmö");
        await page.ClickAsync("Next");
        await TickAsync(page, true);
        await TickAsync(page, false);

        var handlers = await page.Page.EvaluateAsync<int[]>("__handlers");
        Assert.Equal(12, handlers.Length);
        Assert.Equal(handlers[..2], handlers[2..4]);
        Assert.Equal(handlers[4], handlers[6]);
        Assert.Equal(handlers[10], handlers[11]);
    }

    [Theory]
    [EngineData(EngineKind.OutlivesServer)]
    public async Task TicTacToe_ServerKilled_StashedBoardIsBackAndThePlainOneIsNot(string engine)
    {
        var page = await StartAsync(engine, "tic-tac-toe");
        await PlayAsync(page, "Stashed board", 1, 1, "X");
        await PlayAsync(page, "Stashed board", 3, 2, "O");
        await PlayAsync(page, "Plain board", 1, 1, "X");
        await page.HasSavedAsync("X......O.");

        await Server.KillAsync();
        await Server.StartAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await HasMarkAsync(page, "Stashed board", 1, 1, "X");
        await HasMarkAsync(page, "Stashed board", 3, 2, "O");
        await HasMarkAsync(page, "Plain board", 1, 1, "");
        await PlayAsync(page, "Stashed board", 2, 2, "X");
    }

    /// <summary>As quick as it gets: nothing that is typed may be lost by that.</summary>
    private static async Task FillHalfAsync(StashPage page)
    {
        await page.Page.GetByLabel("Name").FillAsync("Ida Lindqvist");
        await page.Page.GetByLabel("E-mail").FillAsync("ida@example.com");
        await page.ClickAsync("Next");
        await page.Page.GetByLabel("Street and number").FillAsync("Östergatan 12");

        // "Saved" was also true before the server heard of the choice: the sum is its answer.
        await ChooseAsync(page, "Express", "14.50");
        await Assertions.Expect(page.Page.Locator(".save-sign")).ToHaveAttributeAsync("data-state", "saved", new() { Timeout = (float)StashPage.Patience.TotalMilliseconds });
    }

    /// <summary>Fills a field and waits until the page was told that it is saved.</summary>
    private static async Task TypeAsync(StashPage page, string label, string text)
    {
        var before = await page.SavedAsync();
        await page.Page.GetByLabel(label).FillAsync(text);
        await Assertions.Expect(page.Stash).Not.ToHaveAttributeAsync("data-stash-saved", before, new() { Timeout = (float)StashPage.Patience.TotalMilliseconds });
    }

    /// <summary>Chooses a delivery and waits until the page has its price.</summary>
    private static async Task ChooseAsync(StashPage page, string delivery, string price)
    {
        await page.Page.GetByLabel(delivery).CheckAsync();
        await Assertions.Expect(page.Page.Locator(".sums")).ToContainTextAsync(price);
    }

    /// <summary>Accepts the terms or not, and waits until that is saved.</summary>
    private static async Task TickAsync(StashPage page, bool accept)
    {
        var before = await page.SavedAsync();
        await page.Page.GetByLabel("I accept the terms of sale.").SetCheckedAsync(accept);
        await Assertions.Expect(page.Stash).Not.ToHaveAttributeAsync("data-stash-saved", before, new() { Timeout = (float)StashPage.Patience.TotalMilliseconds });
    }

    private static async Task IsHalfFilledAsync(StashPage page)
    {
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await Assertions.Expect(page.Page.Locator("[aria-current=step]")).ToHaveTextAsync("Delivery");
        await Assertions.Expect(page.Page.GetByLabel("Street and number")).ToHaveValueAsync("Östergatan 12");
        await Assertions.Expect(page.Page.GetByLabel("Express")).ToBeCheckedAsync();
        await Assertions.Expect(page.Page.GetByLabel("City")).ToHaveValueAsync("");
        await page.ClickAsync("Back");
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("Ida Lindqvist");
        await Assertions.Expect(page.Page.GetByLabel("E-mail")).ToHaveValueAsync("ida@example.com");
    }

    private static async Task PlayAsync(StashPage page, string board, int row, int column, string mark)
    {
        await Cell(page, board, row, column).ClickAsync();
        await HasMarkAsync(page, board, row, column, mark);
    }

    private static Task HasMarkAsync(StashPage page, string board, int row, int column, string mark) =>
        Assertions.Expect(Cell(page, board, row, column)).ToHaveTextAsync(mark);

    private static ILocator Cell(StashPage page, string board, int row, int column) =>
        page.Page.GetByLabel($"{board}, row {row}, column {column}", new() { Exact = true });
}
