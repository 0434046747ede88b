using Microsoft.Playwright;

namespace LiveStash.Browser.Benchmarks.Browsing;

/// <summary>A tab on one of the pages: clicks, and tells how long the save took and what went over the wire.</summary>
internal sealed class SavingTab
{
    private const string ClickAndWait = """
        clicks => new Promise(resolve => {
            const saved = document.getElementById("saved"), times = [];
            let started;
            const click = () => { started = performance.now(); document.getElementById("save").click(); };
            new MutationObserver((_, observer) => {
                times.push(performance.now() - started);
                if (times.length < clicks) { setTimeout(click, 0); } else { observer.disconnect(); resolve(times); }
            }).observe(saved, { childList: true, characterData: true, subtree: true });
            click();
        })
        """;

    private readonly IPage _page;
    private long _bytes;

    private SavingTab(IPage page) => _page = page;

    /// <summary>Opens a page in a tab of a new visitor.</summary>
    public static async Task<SavingTab> OpenAsync(IBrowser browser, Uri address)
    {
        var page = await (await browser.NewContextAsync()).NewPageAsync();
        var tab = new SavingTab(page);
        page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => Interlocked.Add(ref tab._bytes, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
            socket.FrameReceived += (_, frame) => Interlocked.Add(ref tab._bytes, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
        };
        await page.GotoAsync(address.ToString());
        await page.Locator("#save:enabled").WaitForAsync();
        return tab;
    }

    /// <summary>Saves again and again; answers with milliseconds each, from the click to its effect on the page, and with bytes each, both ways.</summary>
    public async Task<(double[] Milliseconds, double BytesEach)> SaveAsync(int clicks)
    {
        var before = Interlocked.Read(ref _bytes);
        var times = await _page.EvaluateAsync<double[]>(ClickAndWait, clicks);
        return (times, (double)(Interlocked.Read(ref _bytes) - before) / clicks);
    }
}
