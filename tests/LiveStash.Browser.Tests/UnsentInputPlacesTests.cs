using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Where what was typed is put back, and where not.</summary>
public sealed class UnsentInputPlacesTests(PatientApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<PatientApp>
{
    /// <summary>The page shows its fields at once, and loads what is in them.</summary>
    [Fact]
    public async Task ValuesAndOptionsComeAfterTheFirstRender_TypedThenLost_AreThere()
    {
        var page = await OpenWithoutDialogAsync("/late-model");
        await page.HasTextAsync("loaded", "loaded");
        var (city, size) = (page.Page.GetByLabel("City"), page.Page.GetByLabel("Size"));
        await Assertions.Expect(city).ToHaveValueAsync("Munich");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await size.SelectOptionAsync("large");
        await city.FillAsync("Munich2");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.HasTextAsync("loaded", "loaded");
        await Assertions.Expect(city).ToHaveValueAsync("Munich2");
        await Assertions.Expect(size).ToHaveValueAsync("large");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("Munich2|large");
    }

    /// <summary>A prerendered text area has its text between its tags, and with that in its label.</summary>
    [Fact]
    public async Task TextAreaInItsLabel_TypedIntoBeforeThePageIsInteractive_HasBoth()
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(2200);
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder)).Page, () => Link.Address);
        await page.Page.GotoAsync(new Uri(Link.Address, "/notes").ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await page.Page.Locator("#remark").FocusAsync();
        await page.Page.EvaluateAsync("() => document.getElementById('remark').setSelectionRange(3, 3)");
        await page.Page.Keyboard.TypeAsync(" two");
        await Assertions.Expect(page.Page.Locator("[data-circuit]")).ToHaveCountAsync(0);

        await page.IsInteractiveAsync();

        await page.HasValueAsync("remark", "one two");
    }

    /// <summary>A render is applied in the moment in which the user leaves the field, which stays on the page.</summary>
    [Fact]
    public async Task FieldIsLeftWhileARenderIsApplied_ThenSaved_NothingIsLeftUnsent()
    {
        var page = await OpenAsync("/outage");
        await page.Page.EvaluateAsync(
            """
            () => new MutationObserver((_, observer) => {
              observer.disconnect();
              const field = document.getElementById('text');
              field.value = 'left';
              ['input', 'change'].forEach(type => field.dispatchEvent(new Event(type, { bubbles: true })));
            }).observe(document.getElementById('count'), { characterData: true, childList: true, subtree: true })
            """);
        await page.ClickAsync("add");
        await page.ShowsAsync("left");

        await page.HasNothingUnsentAsync();
    }

    [Fact]
    public async Task RecordIsGone_HalfTypedThenLost_NothingIsPutIntoTheNext()
    {
        var owner = Guid.NewGuid().ToString();
        var page = await OpenAsync($"/notes?owner={owner}");
        await page.Page.Locator("#note-2").PressSequentiallyAsync("of the second");
        await Server.PostAsync($"/prices/{owner}/2");

        await LoseAsync(page);
        await Assertions.Expect(page.Page.Locator("textarea")).ToHaveCountAsync(3);
        await Task.Delay(1000);

        await page.HasValueAsync("note-1", "");
        await page.HasValueAsync("note-3", "");
        await page.ShowsAsync("||");
    }

    /// <summary>The address is the other page's at once, and the page only with the connection.</summary>
    [Fact]
    public async Task LinkPressedWhileAwayThenTypedThenLost_IsNotPutIntoThePageOfTheLink()
    {
        var page = await OpenWithoutDialogAsync("/orders/1");
        var circuit = await page.CircuitAsync();
        await CutAsync(page);
        await page.FollowAsync("Two");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(Link.Address, "/orders/2").ToString());
        await page.TypeAsync("text", "of the first");

        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.HasHeadingAsync("Order 2");
        await Task.Delay(1000);
        await page.ShowsAsync("2:");
        await page.HasValueAsync("text", "");
    }

    [Fact]
    public async Task AddressChangesWithEachKey_TypedOnWhileAwayThenLost_IsThere()
    {
        var page = await OpenWithoutDialogAsync("/search");
        var search = page.Page.Locator("#search");
        await search.PressSequentiallyAsync("ab");
        await page.ShowsAsync("ab");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(Link.Address, "/search?term=ab").ToString());
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await search.PressSequentiallyAsync("c");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.HasValueAsync("search", "abc");
        await page.ShowsAsync("abc");
    }

    /// <summary>What a form without a circuit has sent is not for the next one.</summary>
    [Fact]
    public async Task StaticForm_SentThenOpenedOnceMore_IsEmpty()
    {
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder)).Page, () => Link.Address);
        await page.OpenAsync("/static-form");
        await page.Page.GetByLabel("Opinion").FillAsync("once");
        await page.ClickAsync("send");
        await page.HasTextAsync("sent", "once");
        await page.FollowAsync("Another");
        await page.ClickAsync("add");
        await page.HasTextAsync("count", "1");
        await Task.Delay(1000);

        await Assertions.Expect(page.Page.GetByLabel("Opinion")).ToHaveValueAsync("");
    }

    /// <summary>A frame of the same origin has the same sessionStorage.</summary>
    [Fact]
    public async Task AnotherPageOfTheAppInAFrame_PageIsLost_HasItsOwn()
    {
        var page = await OpenAsync("/counter");
        await page.Page.GetByText("Click me").ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Current count: 1");
        await page.Page.EvaluateAsync("() => { const frame = document.createElement('iframe'); frame.src = '/counter'; document.documentElement.append(frame); }");
        var frame = page.Page.FrameLocator("iframe");
        await Assertions.Expect(frame.Locator("[data-circuit]")).ToHaveCountAsync(1);
        await frame.GetByText("Click me").ClickAsync();
        await Assertions.Expect(frame.GetByRole(AriaRole.Status)).ToHaveTextAsync("Current count: 1");
        await page.Page.GetByText("Click me").ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Current count: 2");

        await LoseAsync(page);

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Current count: 2");
    }

    /// <summary>Beside an interactive part, static fields stay what they were before its circuit.</summary>
    [Fact]
    public async Task StaticFields_ManyFilledIn_AKeyIsNotSlow()
    {
        var visitor = await NewVisitorAsync(
            OrdinaryPage.Recorder,
            """
            addEventListener('DOMContentLoaded', () => {
              for (let number = 0; number < 300; number++) {
                document.body.insertAdjacentHTML('beforeend', `<label>Field ${number} <input name="field${number}" /></label>`);
              }
            });
            """);
        var page = new OrdinaryPage(visitor.Page, () => Link.Address);
        await page.OpenAsync("/static-form");

        var milliseconds = await visitor.Page.EvaluateAsync<double>(
            """
            () => {
              const fields = [...document.querySelectorAll('input[name^=field]')];
              const press = field => {
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
                field.value += 'a';
                field.dispatchEvent(new InputEvent('input', { bubbles: true }));
              };
              fields.slice(0, 80).forEach(press);
              const started = performance.now();
              for (let key = 0; key < 20; key++) {
                press(fields[200]);
              }

              return (performance.now() - started) / 20;
            }
            """);

        Output.WriteLine($"{milliseconds:0.0} ms a key");
        Assert.InRange(milliseconds, 0, 20);
    }
}
