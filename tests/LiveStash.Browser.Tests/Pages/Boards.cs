using LiveStash.Browser.Tests.Browsing;
using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Pages;

/// <summary>Playing tic-tac-toe.</summary>
internal static class Boards
{
    public static async Task PlayAsync(this StashPage page, string board, int row, int column, string mark)
    {
        await Cell(page, board, row, column).ClickAsync();
        await page.HasMarkAsync(board, row, column, mark);
    }

    public static Task HasMarkAsync(this StashPage page, string board, int row, int column, string mark) =>
        Assertions.Expect(Cell(page, board, row, column)).ToHaveTextAsync(mark);

    private static ILocator Cell(StashPage page, string board, int row, int column) =>
        page.Page.GetByLabel($"{board}, row {row}, column {column}", new() { Exact = true });
}
