using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Browsing;

/// <summary>
/// What a page shows from the first byte of its HTML on: in each document every text that the element with the id "shown", or the
/// one with the role "status", has had, painted or not, prerendered or not, and whether CSS could have hidden it.
/// </summary>
internal static class FirstValues
{
    public const string Recorder =
        """
        (() => {
          const values = [];
          const typed = [];
          const marked = [];
          const times = [];
          Object.defineProperty(window, '__values', { value: values });
          Object.defineProperty(window, '__typed', { value: typed });
          Object.defineProperty(window, '__marked', { value: marked });
          Object.defineProperty(window, '__times', { value: times });
          const look = () => {
            const other = document.getElementById('typed')?.textContent;
            if (other !== undefined && typed.at(-1) !== other) {
              typed.push(other);
            }
            const text = document.querySelector('#shown, [role=status]:not(#livestash-reconnecting)')?.textContent;
            if (text !== undefined && values.at(-1) !== text) {
              values.push(text);
              times.push(Date.now());
              marked.push(document.documentElement.dataset.livestash === 'recovering');
            }
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          const paint = () => { look(); requestAnimationFrame(paint); };
          paint();
        })();
        """;

    /// <summary>All that the present document has shown.</summary>
    public static Task<string[]> ValuesAsync(this OrdinaryPage page) => page.Page.EvaluateAsync<string[]>("__values");

    /// <summary>When each of them came into the DOM.</summary>
    public static async Task<DateTimeOffset[]> TimesAsync(this OrdinaryPage page) =>
        [.. (await page.Page.EvaluateAsync<double[]>("__times")).Select(static time => DateTimeOffset.UnixEpoch.AddMilliseconds(time))];

    /// <summary>The same of the element with the id "typed".</summary>
    public static Task<string[]> TypedAsync(this OrdinaryPage page) => page.Page.EvaluateAsync<string[]>("__typed");

    /// <summary>For each of them, whether the page was marked then as one that is about to recover.</summary>
    public static Task<bool[]> MarkedAsync(this OrdinaryPage page) => page.Page.EvaluateAsync<bool[]>("__marked");

    /// <summary>Waits until the page is marked so, or is not any more.</summary>
    public static Task IsMarkedAsync(this OrdinaryPage page, bool isMarked) => isMarked
        ? Assertions.Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-livestash", "recovering")
        : Assertions.Expect(page.Page.Locator("html:not([data-livestash])")).ToHaveCountAsync(1);

    /// <summary>The cookies that the next request of a reload would bring, as its header has them.</summary>
    public static async Task<string> ReloadCookiesAsync(this OrdinaryPage page)
    {
        await page.Page.EvaluateAsync("dispatchEvent(new Event('beforeunload'))");
        var cookies = await page.Page.Context.CookiesAsync();
        Assert.Contains(cookies, static cookie => cookie.Name == ".LiveStash.Reload");
        return string.Join("; ", cookies.Select(static cookie => $"{cookie.Name}={cookie.Value}"));
    }
}
