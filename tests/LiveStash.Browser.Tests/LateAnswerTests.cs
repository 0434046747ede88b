using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>An engine answers when its page has started without it, and somebody types there.</summary>
public sealed class LateAnswerTests(UnsteadyApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<UnsteadyApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Text_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved(int roundTrip)
    {
        var page = await WithoutItsEngineAsync(roundTrip);
        await page.Page.Locator("#text").PressSequentiallyAsync("mi");
        await Server.PostAsync("/engine/on");
        await page.HasTextAsync("price", "7");

        await page.HasValueAsync("text", "mi");
        await page.Page.Keyboard.TypeAsync("lk");
        await page.HasValueAsync("text", "milk");
        await page.Page.Locator("#text").BlurAsync();

        await page.ShowsAsync("milk");
        await page.HasTextAsync("kept", "0 7 milk");
        await LoseAsync(page);
        await page.ShowsAsync("milk");
    }

    /// <summary>What the server renders then is older than what it is about to get, and comes after it.</summary>
    [Fact]
    public async Task Text_EnteredWhileTheAnswerIsOnItsWay_IsWhatThePageShows()
    {
        var page = await WithoutItsEngineAsync(1500);
        await AnswerAsync();
        await page.Page.Locator("#text").FillAsync("milk");
        await page.Page.Locator("#text").BlurAsync();
        await page.HasTextAsync("price", "100");

        await page.HasTextAsync("price", "7");
        await page.ShowsAsync("milk");
        await page.HasTextAsync("kept", "0 7 milk");
        await page.HasValueAsync("text", "milk");
    }

    /// <summary>The model is another one then, and the form is made anew with all its fields.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Form_HalfTypedWhenTheEngineAnswers_TheFieldStaysAndTheOthersCome(int roundTrip)
    {
        var page = await WithoutItsAddressAsync(roundTrip);
        await page.Page.Locator("#city").PressSequentiallyAsync("Lon");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync("Ada, Paris");

        await page.HasValueAsync("city", "Lon");
        await page.Page.Keyboard.TypeAsync("-");
        await page.HasValueAsync("city", "Lo-n");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("save");
        await page.ShowsAsync("Ada, Lo-n");
        await page.HasNothingUnsentAsync();
        await LoseAsync(page);
        await page.ShowsAsync("Ada, Lo-n");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Form_OneFieldIsEnteredAndOneHalfTypedWhenTheEngineAnswers_BothStayAndAreSaved(int roundTrip)
    {
        var page = await WithoutItsAddressAsync(roundTrip);
        await page.Page.Locator("#name").FillAsync("Bob");
        await page.Page.Locator("#city").PressSequentiallyAsync("Lon");
        await page.IsModifiedAsync("name");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync("Bob, Paris");

        await page.HasValueAsync("city", "Lon");
        await page.Page.Keyboard.TypeAsync("don");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("save");
        await page.ShowsAsync("Bob, London");
        await page.HasNothingUnsentAsync();
        await LoseAsync(page);
        await page.ShowsAsync("Bob, London");
    }

    /// <summary>What is entered goes to fields that are not there any more when it comes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1500)]
    public async Task Booking_EnteredWhileTheAnswerIsOnItsWay_StaysAndIsSaved(int roundTrip)
    {
        var page = await OpenAsync("/booking");
        await EnterAllAsync(page);
        await page.ShowsAsync("Ada|ada@example.org|one two|large|True|blue|2031-02-03|abc");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, roundTrip, "|||small|False|red|2030-01-01|");

        await AnswerAsync();
        await page.Page.GetByLabel("Name").FillAsync("Bob");
        await page.Page.GetByLabel("Size").SelectOptionAsync("large");
        await page.Page.GetByLabel("Green").ClickAsync(); // CheckAsync looks at once, which may be at a form that is just being made anew
        await page.Page.GetByLabel("Search").FillAsync("x");
        await page.Page.GetByLabel("Search").BlurAsync();

        await page.ShowsAsync("Bob|ada@example.org|one two|large|True|green|2031-02-03|x");
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("Bob");
        await Assertions.Expect(page.Page.GetByLabel("Search")).ToHaveValueAsync("x");
        await Assertions.Expect(page.Page.GetByLabel("Note")).ToHaveValueAsync("one\ntwo");
        await Assertions.Expect(page.Page.GetByLabel("Express")).ToBeCheckedAsync();
        await Assertions.Expect(page.Page.GetByLabel("Green")).ToBeCheckedAsync();
        await page.HasNothingUnsentAsync();
        await LoseAsync(page);
        await page.ShowsAsync("Bob|ada@example.org|one two|large|True|green|2031-02-03|x");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task MudBlazor_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved(int roundTrip)
    {
        var page = await OpenAsync("/mud");
        var name = page.Page.GetByLabel("Name");
        await name.FillAsync("Ada");
        await page.Page.GetByLabel("Express").CheckAsync();
        await page.ShowsAsync("Ada|small|True");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, roundTrip, "|small|False");

        await name.PressSequentiallyAsync("Bo");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync("Ada|small|True");
        await Assertions.Expect(name).ToHaveValueAsync("Bo");
        await page.Page.Keyboard.TypeAsync("b");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ShowsAsync("Bob|small|True");
        await Assertions.Expect(name).ToHaveValueAsync("Bob");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task FluentUI_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved(int roundTrip)
    {
        var (page, inputs) = await FluentWithoutItsEngineAsync(roundTrip);

        await inputs.Nth(1).PressSequentiallyAsync("Lon");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync("Ada|Paris|False");
        await Assertions.Expect(inputs.Nth(0)).ToHaveValueAsync("Ada");
        await Assertions.Expect(inputs.Nth(1)).ToHaveValueAsync("Lon");
        await page.Page.Keyboard.TypeAsync("don");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ShowsAsync("Ada|London|False");
    }

    /// <summary>A component takes the late value on some time later, and the next key may come before the next frame.</summary>
    [Fact]
    public async Task FluentUI_TakesTheLateValueOnBetweenTwoKeys_WhatWasTypedStays()
    {
        var (page, inputs) = await FluentWithoutItsEngineAsync(0);
        await inputs.Nth(1).PressSequentiallyAsync("Lon");
        await page.Page.EvaluateAsync(
            """
            () => {
              const [shown, component] = [document.getElementById('shown'), document.querySelectorAll('fluent-text-input')[1]];
              new MutationObserver((_, observer) => {
                if (shown.textContent === 'Ada|Paris|False') {
                  observer.disconnect();
                  window.requestAnimationFrame = () => 0; // the next frame is a long way off
                  setTimeout(() => {
                    component.value = 'Paris';
                    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', bubbles: true, composed: true })); // as a key does
                    document.execCommand('insertText', false, 'don');
                  }, 100);
                }
              }).observe(shown, { childList: true, characterData: true, subtree: true });
            }
            """);
        await Server.PostAsync("/engine/on");

        await page.ShowsAsync("Ada|Paris|False");
        await Assertions.Expect(inputs.Nth(1)).ToHaveValueAsync("London");
    }

    private async Task<(OrdinaryPage Page, ILocator Inputs)> FluentWithoutItsEngineAsync(int roundTrip)
    {
        var page = await OpenAsync("/fluent");
        await page.HasSetUpAsync();
        var inputs = page.Page.Locator("fluent-text-input input");
        await inputs.Nth(0).FillAsync("Ada");
        await inputs.Nth(1).FillAsync("Paris");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("Ada|Paris|False");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, roundTrip, "||False");
        await page.HasSetUpAsync();
        return (page, inputs);
    }

    /// <summary>The page loads what is not saved itself, and has shown that by then.</summary>
    [Fact]
    public async Task LoadedModel_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved()
    {
        var page = await OpenAsync("/late-model");
        await page.HasTextAsync("loaded", "loaded");
        await page.TypeAsync("city", "Paris", shown: "Paris|small");
        await page.Page.GetByLabel("Size").SelectOptionAsync("large");
        await page.ShowsAsync("Paris|large");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, 150, "Munich|small");

        await IsFinishedAsync(page, "city", "Paris|large", "London|large");
        await LoseAsync(page);
        await page.ShowsAsync("London|large");
    }

    /// <summary>What is in the field is a service's, and the page knows nothing of when it changes.</summary>
    [Fact]
    public async Task Service_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved()
    {
        var page = await OpenAsync("/pizzas");
        await page.ClickAsync("margherita");
        await page.ClickAsync("order");
        await page.ShowsAsync("Margherita 12");
        await page.TypeAsync("note", "thin", shown: "Margherita 12");
        await page.HasTextAsync("noted", "thin");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, 150, "");

        await IsFinishedAsync(page, "note", "Margherita 12", "Margherita 12");
        await page.HasTextAsync("noted", "London");
        await LoseAsync(page);
        await page.HasTextAsync("noted", "London");
        await page.ShowsAsync("Margherita 12");
    }

    /// <summary>What is in the field is of a component around the page.</summary>
    [Fact]
    public async Task Parent_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved()
    {
        var page = await OpenAsync("/app-state");
        await page.ClickAsync("count");
        await page.TypeAsync("message", "hello", shown: "hello 1");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, 150, " 0");

        await IsFinishedAsync(page, "message", "hello 1", "London 1");
        await LoseAsync(page);
        await page.ShowsAsync("London 1");
    }

    /// <summary>Somebody is in the middle of "London" when the engine answers.</summary>
    private async Task IsFinishedAsync(OrdinaryPage page, string field, string shown, string finished)
    {
        await page.Page.Locator($"#{field}").FillAsync("Lon");
        await Server.PostAsync("/engine/on");
        await page.ShowsAsync(shown);
        await page.HasValueAsync(field, "Lon");
        await page.Page.Keyboard.TypeAsync("don");
        await page.Page.Locator($"#{field}").BlurAsync();
        await page.ShowsAsync(finished);
        await page.HasValueAsync(field, "London");
        await page.HasNothingUnsentAsync();
    }

    /// <summary>"Ada, Paris" is saved, and the page has started without that.</summary>
    private async Task<OrdinaryPage> WithoutItsAddressAsync(int roundTrip)
    {
        var page = await OpenAsync("/checkout");
        await page.Page.Locator("#name").FillAsync("Ada");
        await page.TypeAsync("city", "Paris");
        await page.ClickAsync("save");
        await page.ShowsAsync("Ada, Paris");
        await page.HasNothingUnsentAsync();
        await WithoutItsEngineAsync(page, roundTrip, ", ");
        return page;
    }

    /// <summary>"0 7 note" is saved, and the page has started without that.</summary>
    private async Task<OrdinaryPage> WithoutItsEngineAsync(int roundTrip)
    {
        var page = await OpenAsync("/outage");
        await page.HasTextAsync("price", "100");
        await page.ClickAsync("price-set");
        await page.TypeAsync("text", "note", shown: "note");
        await page.HasTextAsync("kept", "0 7 note");
        await WithoutItsEngineAsync(page, roundTrip, "");
        await page.HasTextAsync("status", "Error");
        await page.HasTextAsync("price", "100");
        return page;
    }

    private async Task WithoutItsEngineAsync(OrdinaryPage page, int roundTrip, string shown)
    {
        await Server.PostAsync("/engine/off");
        await LoseAsync(page);
        await page.ShowsAsync(shown);
        await page.HasGivenFocusAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
    }
}
