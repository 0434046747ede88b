using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Browsing;

/// <summary>A tab with a page of the ordinary app.</summary>
internal sealed class OrdinaryPage(IPage page, Func<Uri> address)
{
    /// <summary>Notes every text that the element with the id "shown" has had in the present circuit, painted or not.</summary>
    public const string Recorder =
        """
        (() => {
          const shown = [];
          Object.defineProperty(window, '__shown', { value: shown });
          let last;
          const look = () => {
            const text = document.getElementById('shown')?.textContent;
            const circuit = document.querySelector('[data-circuit]')?.dataset.circuit;
            if (circuit !== undefined && last !== circuit) {
              last = circuit;
              shown.length = 0;
            }
            if (circuit !== undefined && text !== undefined && shown.at(-1) !== text) {
              shown.push(text);
            }
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        })();
        """;

    /// <summary>
    /// Whether a circuit with Blazor's FocusOnNavigate has given the focus to the page's heading: it lets the heading take it first, and
    /// that stays, also when the focus has gone elsewhere since. Each page brings a heading of its own.
    /// </summary>
    private const string HeadingHasHadFocus = "document.querySelector('h1')?.hasAttribute('tabindex')";

    private const string GivesFocus = "document.querySelector('[data-gives-focus]')";

    public IPage Page => page;

    private ILocator Circuit => page.Locator("[data-circuit]");

    /// <summary>Opens an address, as one that is typed.</summary>
    public async Task OpenAsync(string path)
    {
        await page.GotoAsync(new Uri(address(), path).ToString());
        await IsInteractiveAsync();
    }

    /// <summary>F5, or the "Reload" of Blazor's error notice.</summary>
    public async Task ReloadAsync()
    {
        var before = await CircuitAsync();
        await page.ReloadAsync();
        await IsInAnotherCircuitAsync(before);
    }

    /// <summary>A round trip after it has started, a page gives the focus to its heading, also where somebody types already: Blazor's FocusOnNavigate.</summary>
    public Task HasGivenFocusAsync() => page.WaitForFunctionAsync($"() => {GivesFocus} ? {HeadingHasHadFocus} : document.activeElement !== document.body");

    /// <summary>A component library loads its scripts after the first render, and sets its fields up once more then, over what somebody has typed: without us too.</summary>
    public Task HasSetUpAsync() => page.WaitForLoadStateAsync(LoadState.NetworkIdle);

    public Task IsInteractiveAsync() => Assertions.Expect(Circuit).ToHaveCountAsync(1);

    /// <summary>The circuit that the page belongs to.</summary>
    public Task<string?> CircuitAsync() => Circuit.GetAttributeAsync("data-circuit");

    /// <summary>Waits until the page is interactive in another circuit.</summary>
    public async Task IsInAnotherCircuitAsync(string? before)
    {
        await IsInteractiveAsync();
        await Assertions.Expect(Circuit).Not.ToHaveAttributeAsync("data-circuit", before ?? "");
        await IsInteractiveAsync();
    }

    public Task ClickAsync(string id) => page.Locator($"#{id}").ClickAsync();

    public Task FollowAsync(string link) => page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    /// <summary>
    /// Types, and leaves the field, without waiting for what comes of it. What is typed goes to whatever has the focus, and so not before
    /// the page has given it to its heading.
    /// </summary>
    public async Task TypeAsync(string id, string text)
    {
        await page.WaitForFunctionAsync($"id => document.getElementById(id) && (!{GivesFocus} || {HeadingHasHadFocus})", id);
        await page.Locator($"#{id}").FillAsync(text);
        await page.Locator($"#{id}").BlurAsync();
    }

    /// <summary>Types, leaves the field, and waits until the page shows what it made of that.</summary>
    public async Task TypeAsync(string id, string text, string shown)
    {
        await TypeAsync(id, text);
        await ShowsAsync(shown);
    }

    public Task ShowsAsync(string text) => HasTextAsync("shown", text);

    public Task HasTextAsync(string id, string text) => Assertions.Expect(page.Locator($"#{id}")).ToHaveTextAsync(text);

    public Task HasValueAsync(string id, string text) => Assertions.Expect(page.Locator($"#{id}")).ToHaveValueAsync(text);

    /// <summary>Waits until the edit context has taken a field's first change, and the field says so.</summary>
    public Task IsModifiedAsync(string id) => Assertions.Expect(page.Locator($"#{id}")).ToContainClassAsync("modified");

    public Task HasHeadingAsync(string text) => Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(text);

    /// <summary>Waits for the notice that Blazor shows when a circuit ends with an exception.</summary>
    public Task ShowsErrorAsync() => Assertions.Expect(page.Locator("#blazor-error-ui")).ToBeVisibleAsync();

    /// <summary>Every text that the page has shown in its present circuit.</summary>
    public Task<string[]> ShownAsync() => page.EvaluateAsync<string[]>("__shown");

    /// <summary>The copy of the state that the tab has.</summary>
    public Task<string?> CopyAsync() =>
        page.EvaluateAsync<string?>("Object.entries({ ...sessionStorage }).find(([key]) => key.startsWith('livestash:state:'))?.[1] ?? null");

    /// <summary>
    /// Waits until the page has heard of all that was entered that it is saved: what it has not heard of, it would enter again. An entry
    /// gets into the tab's storage 250 ms after it was made; before that there is nothing there either.
    /// </summary>
    public async Task HasNothingUnsentAsync()
    {
        await page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 300))");
        await page.WaitForFunctionAsync("() => !JSON.parse(sessionStorage.getItem('livestash:unsent') ?? '{}').entries?.length");
    }

    /// <summary>Waits until the tab has another copy than before.</summary>
    public async Task HasAnotherCopyAsync(string? before) => await page.WaitForFunctionAsync(
        "before => { const copy = Object.entries({ ...sessionStorage }).find(([key]) => key.startsWith('livestash:state:'))?.[1]; return copy && copy !== before; }", before);
}
