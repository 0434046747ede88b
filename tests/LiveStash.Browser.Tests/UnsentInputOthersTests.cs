using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed while the connection is away, and the circuit goes on as another user's.</summary>
public sealed class UnsentInputOthersTests(VisitorsApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<VisitorsApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Session_EndsDuringABlip_WhatWasTypedIsNotTheVisitors(int roundTrip)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var page = await NewTabWithoutDialogAsync();
        await SignInAsync(page);
        await page.TypeAsync("text", "milk", shown: "milk");
        await page.HasNothingUnsentAsync();
        var circuit = await page.CircuitAsync();
        var tags = await TagsAsync(page);

        await page.Page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        await CutAsync(page);
        await page.TypeAsync("text", "of Ada");
        Link.Heal();
        await page.Page.WaitForFunctionAsync($"before => {Tags} !== before", tags);
        await page.HasValueAsync("text", "milk");
        await page.Page.Locator("#text").BlurAsync();
        await Task.Delay(1000);
        await page.ShowsAsync("milk");
        Assert.Equal(circuit, await page.CircuitAsync());

        await page.ReloadAsync();
        await page.HasValueAsync("text", "");
        await page.ShowsAsync("");
        await SignInAsync(page);
        await page.ShowsAsync("milk");
    }

    /// <summary>A page that could not ask its engine has not told whose it is, and what is typed there is of nobody yet.</summary>
    [Fact]
    public async Task Session_EndsDuringABlipOfAPageWithoutItsEngine_WhatWasTypedIsNotTheVisitors()
    {
        var page = await NewTabWithoutDialogAsync();
        await SignInAsync(page);
        await page.TypeAsync("text", "milk", shown: "milk");
        await page.HasNothingUnsentAsync();
        await Server.PostAsync("/engine/off");
        await page.ReloadAsync();
        await page.ShowsAsync("");
        await page.HasGivenFocusAsync();
        var circuit = await page.CircuitAsync();

        await page.Page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        await CutAsync(page);
        await page.Page.Locator("#text").PressSequentiallyAsync("secret");
        var tags = await TagsAsync(page);
        Link.Heal();
        await page.Page.WaitForFunctionAsync($"before => {Tags} !== before", tags);
        await page.Page.Locator("#text").BlurAsync();
        await Server.PostAsync("/engine/on");
        await page.HasNothingUnsentAsync();
        Assert.Equal(circuit, await page.CircuitAsync());
        await page.ReloadAsync();

        await page.HasValueAsync("text", "");
        await page.ShowsAsync("");
        await SignInAsync(page);
        await page.ShowsAsync("milk");
    }

    [Fact]
    public async Task Session_EndsDuringABlip_FieldsShowWhatTheyDidBeforeIt()
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(150);
        var page = await NewTabWithoutDialogAsync();
        await SignInAsync(page, "booking");
        var (name, mail, search) = (page.Page.GetByLabel("Name"), page.Page.GetByLabel("Mail"), page.Page.GetByLabel("Search"));
        await name.FillAsync("Ada");
        await search.PressSequentiallyAsync("ab");
        await mail.PressSequentiallyAsync("ada"); // not with the server before the field is left
        await page.ShowsAsync("Ada|||small|False|red|2030-01-01|ab");
        var circuit = await page.CircuitAsync();
        var tags = await TagsAsync(page);

        await page.Page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        await CutAsync(page);
        await mail.PressSequentiallyAsync("@");
        await search.PressSequentiallyAsync("cd");
        await page.Page.GetByLabel("Express").CheckAsync();
        await page.Page.GetByLabel("Green").CheckAsync();
        await page.Page.GetByLabel("Size").FocusAsync(); // as a user does
        await page.Page.GetByLabel("Size").SelectOptionAsync("large");
        Link.Heal();
        await page.Page.WaitForFunctionAsync($"before => {Tags} !== before", tags);

        await Assertions.Expect(mail).ToHaveValueAsync("ada");
        await Assertions.Expect(search).ToHaveValueAsync("ab");
        await Assertions.Expect(name).ToHaveValueAsync("Ada");
        await Assertions.Expect(page.Page.GetByLabel("Express")).Not.ToBeCheckedAsync();
        await Assertions.Expect(page.Page.GetByLabel("Red")).ToBeCheckedAsync();
        await Assertions.Expect(page.Page.GetByLabel("Size")).ToHaveValueAsync("small");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>Who comes back as the same user, with other claims than before, goes on.</summary>
    [Fact]
    public async Task Session_IsRenewedDuringABlip_TheModelHasWhatWasTyped()
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(150);
        var page = await NewTabWithoutDialogAsync();
        await SignInAsync(page);
        var circuit = await page.CircuitAsync();

        await CutAsync(page);
        await page.TypeAsync("text", "of Ada");
        await RenewAsync(page);
        Link.Heal();

        await page.ShowsAsync("of Ada");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    private const string Tags = "Object.entries({ ...sessionStorage }).find(([key]) => key.startsWith('livestash:tag:'))?.[1]";

    private static Task<string?> TagsAsync(OrdinaryPage page) => page.Page.EvaluateAsync<string?>(Tags);

    private async Task SignInAsync(OrdinaryPage page, string path = "note")
    {
        await page.Page.GotoAsync(new Uri(Link.Address, $"/sign-in?returnUrl=/{path}").ToString());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.IsInteractiveAsync();
        await page.HasGivenFocusAsync();
    }

    /// <summary>Signs in once more, past the link.</summary>
    private async Task RenewAsync(OrdinaryPage page)
    {
        var answer = await page.Page.Context.APIRequest.PostAsync(new Uri(Server.Address, "/sign-in?returnUrl=/note").ToString(), new() { MaxRedirects = 0 });
        Assert.Equal(302, answer.Status);
    }
}
