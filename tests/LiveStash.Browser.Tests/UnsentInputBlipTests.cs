using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed while the connection is away for a moment, and the circuit goes on.</summary>
public sealed class UnsentInputBlipTests(RetainingApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<RetainingApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Fields_OfEveryKindEnteredDuringABlip_TheModelHasThem(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/booking");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await EnterAllAsync(page);
        Link.Heal();

        await HasAllAsync(page);
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>The events are under way when the connection breaks.</summary>
    [Fact]
    public async Task Fields_OfEveryKindEnteredJustBeforeABlip_TheModelHasThem()
    {
        var page = await OpenOverAsync(2200, "/booking");
        var circuit = await page.CircuitAsync();

        await EnterAllAsync(page);
        await Link.CutAsync();
        Link.RoundTrip = TimeSpan.Zero;
        Link.Heal();

        await HasAllAsync(page);
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>A mask of the page's own, on a field that is sent with each key: what it makes of a key is the user's, not the server's.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task FieldWithAMask_HalfTypedDuringABlip_TheModelHasIt(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/booking");
        var circuit = await page.CircuitAsync();
        await MaskAsync(page, "Search");

        await Link.CutAsync();
        await page.Page.GetByLabel("Search").PressSequentiallyAsync("abc");
        await Task.Delay(500);
        Link.Heal();

        await Assertions.Expect(page.Page.Locator("#shown")).ToContainTextAsync("|ABC");
        await Assertions.Expect(page.Page.GetByLabel("Search")).ToHaveValueAsync("ABC");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>The dialog of the app has the focus then, and the user has not left the field.</summary>
    [Theory]
    [InlineData("components-reconnect-modal")]
    [InlineData("own")]
    public async Task Mail_HalfTypedAndTheDialogOpens_IsNotEntered(string dialogId)
    {
        var visitor = await NewVisitorAsync(OrdinaryPage.Recorder, StartsWith($"{{ dialogId: '{dialogId}' }}"),
            $"addEventListener('DOMContentLoaded', () => document.getElementById('components-reconnect-modal').id = '{dialogId}')");
        var page = new OrdinaryPage(visitor.Page, () => Link.Address);
        await page.OpenAsync("/booking");
        await page.HasGivenFocusAsync();
        var (circuit, mail, dialog) = (await page.CircuitAsync(), page.Page.GetByLabel("Mail"), page.Page.Locator($"dialog#{dialogId}"));

        await mail.PressSequentiallyAsync("ada@");
        await Link.CutAsync();
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        Link.Heal();
        await Assertions.Expect(dialog).ToBeHiddenAsync();

        await Task.Delay(1000);
        await page.ShowsAsync("|||small|False|red|2030-01-01|");
        await Assertions.Expect(mail).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("example.org");
        await mail.BlurAsync();
        await Assertions.Expect(page.Page.Locator("#shown")).ToContainTextAsync("|ada@example.org|");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>Blazor handles no event then, and a form that nobody handles takes the page with it.</summary>
    [Theory]
    [InlineData("Enter", 0)]
    [InlineData("Enter", 150)]
    [InlineData("click", 0)]
    public async Task Form_SentWhileTheConnectionIsAway_ThePageStaysAndCanBeSentAfter(string by, int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/late-form");
        var circuit = await page.CircuitAsync();
        var street = page.Page.GetByLabel("Street");

        await CutAsync(page);
        await page.Page.GetByLabel("Name").FillAsync("Ada");
        await street.FillAsync("Main Street");
        await (by == "Enter" ? street.PressAsync("Enter") : page.ClickAsync("send"));
        Link.Heal();

        await page.ShowsAsync("Ada|Main Street");
        Assert.Equal(circuit, await page.CircuitAsync());
        await page.HasTextAsync("sent", "0");
        await page.ClickAsync("send");
        await page.HasTextAsync("sent", "1");
    }

    /// <summary>The component toggles whatever the event says.</summary>
    [Fact]
    public async Task FluentUI_BoxCheckedAndUncheckedDuringABlip_IsUnchecked()
    {
        var page = await OpenWithoutDialogAsync("/fluent");
        await page.HasSetUpAsync();
        var (circuit, box) = (await page.CircuitAsync(), page.Page.Locator("fluent-checkbox"));

        await Link.CutAsync();
        await box.ClickAsync();
        await box.ClickAsync();
        await EnterAsync(page, "Name", "A");
        Link.Heal();

        await page.ShowsAsync("A||False");
        await Assertions.Expect(box).ToHaveJSPropertyAsync("checked", false);
        await box.ClickAsync();
        await page.ShowsAsync("A||True");
        await Assertions.Expect(box).ToHaveJSPropertyAsync("checked", true);
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>The answer to the click is lost, not the click.</summary>
    [Fact]
    public async Task FluentUI_BoxCheckedJustBeforeABlip_IsChecked()
    {
        var page = await OpenWithoutDialogAsync("/fluent");
        await page.HasSetUpAsync();
        Link.RoundTrip = TimeSpan.FromSeconds(1);
        var circuit = await page.CircuitAsync();

        await page.Page.Locator("fluent-checkbox").ClickAsync();
        await Task.Delay(700);
        await Link.CutAsync();
        Link.RoundTrip = TimeSpan.Zero;
        Link.Heal();

        await page.ShowsAsync("||True");
        await Task.Delay(1000);
        await page.ShowsAsync("||True");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>An item of a menu may have a check mark, and is a button all the same: pressed in vain, it is not pressed later.</summary>
    [Fact]
    public async Task FluentUI_MenuItemPressedDuringABlip_IsNotPressedAfterIt()
    {
        var page = await OpenWithoutDialogAsync("/fluent-fields");
        await page.HasSetUpAsync();
        var (circuit, item) = (await page.CircuitAsync(), page.Page.Locator("fluent-menu-item"));

        await Link.CutAsync();
        await item.ClickAsync();
        await EnterAsync(page, "Nick", "A");
        Link.Heal();
        await page.ShowsAsync("A|");
        await page.HasTextAsync("deleted", "0");
        await item.ClickAsync();

        await page.HasTextAsync("deleted", "1");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    private static async Task EnterAsync(OrdinaryPage page, string label, string text)
    {
        var field = page.Page.GetByLabel(label).Locator("input");
        await field.PressSequentiallyAsync(text);
        await field.BlurAsync();
    }
}
