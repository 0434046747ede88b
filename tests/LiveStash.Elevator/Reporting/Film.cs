using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Pages;
using LiveStash.Processes.Tests.Hosting;
using Microsoft.Playwright;

namespace LiveStash.Elevator.Reporting;

/// <summary>The moving picture of the README: a tab whose server is killed with -9 by a button of its own page.</summary>
internal static class Film
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(3);

    /// <summary>Makes pictures named by the milliseconds for which each is shown, in their order: <c>003-200.png</c>.</summary>
    public static async Task MakeAsync(DirectoryInfo folder)
    {
        folder.Create();
        var keys = Directory.CreateTempSubdirectory();
        await using var showcase = SampleProgram.Showcase(keys.FullName);
        await showcase.IsUpAsync();
        var chromium = new ChromiumFixture();
        await chromium.InitializeAsync();
        await using var visitor = await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 880, Height = 1140 }, ReducedMotion = ReducedMotion.Reduce });
        var page = new StashPage(await visitor.NewPageAsync(), showcase.Address);
        await page.OpenAsync("/tic-tac-toe/orleans+browser");
        using var stop = new CancellationTokenSource();
        var filming = TakeAsync(page.Page, folder, stop.Token);

        foreach (var (row, column, mark) in new[] { (2, 2, "X"), (1, 1, "O"), (1, 3, "X") })
        {
            foreach (var board in new[] { "Stashed board", "Plain board" })
            {
                await Task.Delay(Pause);
                await page.PlayAsync(board, row, column, mark);
            }
        }

        await page.HasSavedAsync("O.X.X....");
        await Task.Delay(Pause * 2);
        await page.ClickAsync("Kill this server");
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await Task.Delay(End);
        await stop.CancelAsync();
        await filming;
        await chromium.DisposeAsync();
        keys.Delete(recursive: true);
    }

    private static async Task TakeAsync(IPage page, DirectoryInfo folder, CancellationToken stop)
    {
        var time = TimeProvider.System;
        byte[]? shown = null;
        var (since, count) = (time.GetTimestamp(), 0);
        while (!stop.IsCancellationRequested)
        {
            var picture = await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
            if (shown is null || !picture.AsSpan().SequenceEqual(shown))
            {
                await KeepAsync();
                (shown, since) = (picture, time.GetTimestamp());
            }

            await Task.Delay(Frame, CancellationToken.None);
        }

        await KeepAsync();

        async Task KeepAsync()
        {
            if (shown is not null)
            {
                var name = FormattableString.Invariant($"{++count:000}-{time.GetElapsedTime(since).TotalMilliseconds:0}.png");
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), shown, CancellationToken.None);
            }
        }
    }
}
