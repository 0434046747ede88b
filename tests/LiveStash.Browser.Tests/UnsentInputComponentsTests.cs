using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed and not yet with the server, in the fields of component libraries.</summary>
public sealed class UnsentInputComponentsTests(PatientApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<PatientApp>
{
    [Fact]
    public async Task MudBlazor_HalfTypedThenLost_IsThereAndSentWhenItIsLeft()
    {
        var page = await OpenWithoutDialogAsync("/mud");
        var name = page.Page.GetByLabel("Name");
        await name.PressSequentiallyAsync("Ad");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await page.Page.GetByLabel("Express").CheckAsync();
        await name.FillAsync("Ada L");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await Assertions.Expect(name).ToHaveValueAsync("Ada L");
        await Assertions.Expect(page.Page.GetByLabel("Express")).ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.ShowsAsync("Ada L|small|True");
    }

    [Fact]
    public async Task FluentUI_HalfTypedThenLost_IsThereAndSentWhenItIsLeft()
    {
        var page = await OpenWithoutDialogAsync("/fluent");
        await page.HasSetUpAsync();
        var inputs = page.Page.Locator("fluent-text-input input");
        var circuit = await page.CircuitAsync();
        await inputs.Nth(0).PressSequentiallyAsync("Ada");

        await Link.CutAsync();
        await page.Page.Locator("fluent-checkbox").ClickAsync();
        await inputs.Nth(1).PressSequentiallyAsync("Lond");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await Assertions.Expect(inputs.Nth(0)).ToHaveValueAsync("Ada");
        await Assertions.Expect(inputs.Nth(1)).ToHaveValueAsync("Lond");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("Ada|Lond|True");
    }

    /// <summary>Who gives the focus to a component has the browser select all that is in it: the next key would take its place.</summary>
    [Fact]
    public async Task FluentUI_HalfTypedThenLost_GoesOnWhereTheUserWas()
    {
        var page = await OpenWithoutDialogAsync("/fluent");
        await page.HasSetUpAsync();
        var city = page.Page.Locator("fluent-text-input input").Nth(1);
        var circuit = await page.CircuitAsync();
        await city.PressSequentiallyAsync("Lond");

        await LoseAsync(page);
        await page.IsInAnotherCircuitAsync(circuit);
        await page.HasSetUpAsync();
        await Assertions.Expect(city).ToHaveValueAsync("Lond");
        await page.Page.Keyboard.TypeAsync("on");

        await Assertions.Expect(city).ToHaveValueAsync("London");
    }

    /// <summary>A component's script that comes late sets the field to the value of the server, and tells nobody.</summary>
    [Fact]
    public async Task FluentUI_FieldIsSetUpLate_IsThereAndSentWhenItIsLeft()
    {
        var page = await OpenWithoutDialogAsync("/fluent");
        await page.HasSetUpAsync();
        var city = page.Page.Locator("fluent-text-input input").Nth(1);
        var circuit = await page.CircuitAsync();
        await Link.CutAsync();
        await city.PressSequentiallyAsync("Lond");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);
        await Assertions.Expect(city).ToHaveValueAsync("Lond");

        await page.Page.EvaluateAsync(
            """
            async () => {
              await new Promise(resolve => setTimeout(resolve, 1500));
              document.querySelectorAll('fluent-text-input')[1].value = '';
            }
            """);

        await Assertions.Expect(city).ToHaveValueAsync("Lond");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("|Lond|False");
    }

    /// <summary>The component takes each letter over after the event that brings it, and its user pauses after each.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FluentUI_HalfTypedSlowly_IsThereAndSentWhenItIsLeft(bool isReloaded)
    {
        var page = await OpenWithoutDialogAsync("/fluent");
        await page.HasSetUpAsync();
        var city = page.Page.Locator("fluent-text-input input").Nth(1);
        await city.PressSequentiallyAsync("Lond", new() { Delay = 400 });
        await Task.Delay(500);

        await (isReloaded ? page.ReloadAsync() : LoseAsync(page));

        await Assertions.Expect(city).ToHaveValueAsync("Lond");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("|Lond|False");
    }

    /// <summary>Such a field has no value until somebody types.</summary>
    [Fact]
    public async Task FluentUI_FieldBoundToNothingHalfTypedThenLost_IsThereAndSentWhenItIsLeft()
    {
        var page = await OpenWithoutDialogAsync("/fluent-fields");
        await page.HasSetUpAsync();
        var nick = page.Page.GetByLabel("Nick").Locator("input");
        await nick.PressSequentiallyAsync("Ada");

        await LoseAsync(page);

        await Assertions.Expect(nick).ToHaveValueAsync("Ada");
        await page.Page.Locator("h1").ClickAsync();
        await page.ShowsAsync("Ada|");
    }

    /// <summary>The component does not know its label, which alone tells it from the next one.</summary>
    [Fact]
    public async Task FluentUI_HalfTypedIntoAFieldThatIsGone_IsInNoOther()
    {
        var page = await OpenWithoutDialogAsync("/fluent-fields");
        await page.HasSetUpAsync();
        await page.ClickAsync("company");
        await page.Page.GetByLabel("VAT").Locator("input").PressSequentiallyAsync("DE1");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.Page.GetByLabel("Nick").Locator("input").ClickAsync();
        await page.Page.Locator("h1").ClickAsync();
        await Task.Delay(1000);
        await Assertions.Expect(page.Page.GetByLabel("Nick").Locator("input")).ToHaveValueAsync("");
        await page.ShowsAsync("|");
    }

    /// <summary>The component shows nothing until its script has come to it.</summary>
    [Fact]
    public async Task FluentUI_TextTypedWhileTheServerHasSetAnother_TheServersIsShown()
    {
        var page = await OpenWithoutDialogAsync($"/fluent-fields?owner={Guid.NewGuid()}");
        await page.HasSetUpAsync();
        var remark = page.Page.GetByLabel("Remark").Locator("textarea");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await remark.FillAsync("mine");
        await remark.BlurAsync();
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await Assertions.Expect(remark).ToHaveValueAsync("theirs");
        await Task.Delay(1000);
        await Assertions.Expect(remark).ToHaveValueAsync("theirs");
        await page.ShowsAsync("|theirs");
    }
}
