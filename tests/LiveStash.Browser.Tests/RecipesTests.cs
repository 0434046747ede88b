using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What each recipe promises, on its page, after kill -9 of the server.</summary>
public sealed class RecipesTests(RecipesServer shared, ITestOutputHelper output) : BrowserTest(shared.Chromium, shared.Log, output), IClassFixture<RecipesServer>
{
    private protected override ServerProcess Server => shared.Server;

    [Fact]
    public async Task Loading_EditedThenKilled_TheEditIsThereAndAllElseIsLoadedAnew()
    {
        var page = await OpenAsync("/loading/1");
        await page.ShowsAsync("Teapot, 21");
        var stock = await IsLoadedAsync(page);
        await KeptAsync(page, () => page.TypeAsync("name", "Samovar", shown: "Samovar, 21"));

        await KillAsync(page);

        await page.ShowsAsync("Samovar, 21");
        Assert.NotEqual(stock, await IsLoadedAsync(page));
        await page.ShowsAsync("Samovar, 21");
        await page.FollowAsync("Product 2");
        await page.ShowsAsync("Kettle, 22");
        await page.OpenAsync("/loading/3");
        await Assertions.Expect(page.Page.GetByText("There is no such product.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Services_FilledThenKilledOnAnotherPage_TheBasketIsThereOnBoth()
    {
        var page = await OpenAsync("/services");
        await KeptAsync(page, () => ClickAsync(page, "Add tea"));
        await KeptAsync(page, () => ClickAsync(page, "Add biscuits"));
        await page.FollowAsync("Check out");
        await page.ShowsAsync("2 in the basket");

        await KillAsync(page);

        await page.ShowsAsync("2 in the basket");
        await page.FollowAsync("Back to the basket");
        await page.ShowsAsync("tea, biscuits");
    }

    [Fact]
    public async Task Forms_FilledHalfwayThenKilled_IsAsItWasAndCanBeSent()
    {
        var page = await OpenAsync("/forms");
        await KeptAsync(page, () => page.TypeAsync("name", "Ada"));
        await KeptAsync(page, () => page.Page.Locator("#room").SelectOptionAsync("double"));
        await KeptAsync(page, () => page.Page.Locator("#breakfast").CheckAsync());
        await page.Page.Locator("#mail").FillAsync("ada@example"); // not left: the server has not seen it

        await KillAsync(page);

        await page.HasValueAsync("name", "Ada");
        await page.HasValueAsync("room", "double");
        await Assertions.Expect(page.Page.Locator("#breakfast")).ToBeCheckedAsync();
        await page.HasValueAsync("mail", "ada@example");
        await page.Page.Locator("#mail").PressSequentiallyAsync(".org");
        await ClickAsync(page, "Book");
        await page.ShowsAsync("Ada, ada@example.org, double, 2030-06-01, with breakfast");
    }

    [Fact]
    public async Task Lists_LinesRemovedAndTurnedAroundThenKilled_EachHasItsOwnNote()
    {
        var page = await OpenAsync("/lists");
        await KeptAsync(page, () => page.TypeAsync("note-1", "one"));
        await KeptAsync(page, () => page.TypeAsync("note-2", "two"));
        await KeptAsync(page, () => page.TypeAsync("note-3", "three"));
        await KeptAsync(page, () => page.Page.Locator("[data-line='2'] button").ClickAsync());
        await KeptAsync(page, () => ClickAsync(page, "Turn around"));
        await KeptAsync(page, () => ClickAsync(page, "Add a line"));

        await KillAsync(page);

        await Assertions.Expect(page.Page.Locator("[data-line]")).ToHaveCountAsync(3);
        Assert.Equal(["3", "1", "4"], await page.Page.Locator("[data-line]").EvaluateAllAsync<string[]>("lines => lines.map(line => line.dataset.line)"));
        await page.HasValueAsync("note-3", "three");
        await page.HasValueAsync("note-1", "one");
        await page.HasValueAsync("note-4", "");
    }

    [Fact]
    public async Task Dialogs_OpenWithADraftThenKilled_IsOpenWithItAndOnceClosedStartsAnew()
    {
        var page = await OpenAsync("/dialogs");
        await KeptAsync(page, () => ClickAsync(page, "Write to Grace"));
        await KeptAsync(page, () => page.TypeAsync("draft-Grace", "Dear Grace"));

        await KillAsync(page);

        await page.HasValueAsync("draft-Grace", "Dear Grace");
        await KeptAsync(page, () => ClickAsync(page, "Cancel"));
        await ClickAsync(page, "Write to Grace");
        await page.HasValueAsync("draft-Grace", "");
        await page.TypeAsync("draft-Grace", "Hello");
        await ClickAsync(page, "Send");
        await page.ShowsAsync("To Grace: Hello");
    }

    [Fact]
    public async Task Dialogs_ThatNothingOpensAgain_HaveTheirDraftWhenTheUserDoes()
    {
        var page = await OpenAsync("/dialogs");
        await ClickAsync(page, "Write to all");
        await KeptAsync(page, () => page.TypeAsync("draft-all", "Dear all"));

        await KillAsync(page);

        await Assertions.Expect(page.Page.Locator("#draft-all")).ToHaveCountAsync(0);
        await ClickAsync(page, "Write to all");
        await page.HasValueAsync("draft-all", "Dear all");
    }

    [Fact]
    public async Task Layouts_NotesWrittenThenKilledOnAnotherPage_AreThereOnBoth()
    {
        var page = await OpenAsync("/layouts/report");
        await KeptAsync(page, () => page.ClickAsync("fold"));
        await KeptAsync(page, () => page.TypeAsync("notes", "check page 3"));
        await page.FollowAsync("appendix");
        await page.HasHeadingAsync("Appendix");

        await KillAsync(page);

        await page.HasHeadingAsync("Appendix");
        await page.HasValueAsync("notes", "check page 3");
        await page.FollowAsync("report");
        await page.HasHeadingAsync("Report");
        await page.HasValueAsync("notes", "check page 3");
    }

    [Fact]
    public async Task BaseClasses_PropertiesOfBaseAndPageThenKilled_BothAreThere()
    {
        var page = await OpenAsync("/base-classes");
        await KeptAsync(page, () => ClickAsync(page, "One day more"));
        await KeptAsync(page, () => page.TypeAsync("driver", "Ada", shown: "Ada: 2 days, 25.00"));

        await KillAsync(page);

        await page.ShowsAsync("Ada: 2 days, 25.00");
    }

    [Fact]
    public async Task Versions_DeployedAndRolledBack_TakenOverInGramsAndNotReadByTheVersionBefore()
    {
        await Server.KillAsync();
        await Server.StartAsync(more: "--Parcel:Unit=kg");
        var page = await OpenAsync("/versions");
        await KeptAsync(page, () => page.TypeAsync("weight", "2.5", shown: "2.5 kg"));

        await KillAsync(page);

        await page.ShowsAsync("2500 g");
        await KeptAsync(page, () => page.TypeAsync("weight", "2600", shown: "2600 g"));
        await KillAsync(page);
        await page.ShowsAsync("2600 g");

        await KillAsync(page, "--Parcel:Unit=kg"); // rolled back: what the newer version has saved is not read
        await page.ShowsAsync("0 kg");
        await Assertions.Expect(page.Page.Locator("[data-stash-status]")).ToHaveAttributeAsync("data-stash-status", "Error");
        await Server.KillAsync();
        await Server.StartAsync();
    }

    [Fact]
    public async Task SignIn_SessionAndServerLostThenSignedInAgain_TheLetterIsThereAndForNobodyElse()
    {
        var page = new OrdinaryPage((await NewVisitorAsync()).Page, () => Server.Address);
        await page.Page.GotoAsync(new Uri(Server.Address, "/letters").ToString());
        await SignInAsync(page, "Ada");
        await KeptAsync(page, () => page.TypeAsync("letter", "Dear Grace", shown: "Ada: Dear Grace"));

        await page.Page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        await Server.KillAsync();
        await Server.StartAsync();

        await SignInAsync(page, "Ada");
        await page.ShowsAsync("Ada: Dear Grace");
        await ClickAsync(page, "Sign out");
        await SignInAsync(page, "Grace");
        await page.ShowsAsync("Grace:");
        await page.HasValueAsync("letter", "");
    }

    /// <summary>The circuit goes on without its user, and leads to the page to sign in.</summary>
    [Fact]
    public async Task SignIn_SessionRunOutThenTheConnectionAwayForAMoment_TheLetterIsThereForTheUserAlone()
    {
        var page = new OrdinaryPage((await NewVisitorAsync()).Page, () => Server.Address);
        await page.Page.GotoAsync(new Uri(Server.Address, "/letters").ToString());
        await SignInAsync(page, "Ada");
        await KeptAsync(page, () => page.TypeAsync("letter", "Dear Grace", shown: "Ada: Dear Grace"));

        for (var i = 0; i < 2; i++)
        {
            await page.Page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
            await page.Page.EvaluateAsync("() => void Blazor._internal.forceCloseConnection()");
            await page.Page.WaitForURLAsync("**/sign-in?**");
            if (i == 0)
            {
                await SignInAsync(page, "Grace");
                await page.ShowsAsync("Grace:");
                await page.HasValueAsync("letter", "");
            }
        }

        await SignInAsync(page, "Ada");
        await page.ShowsAsync("Ada: Dear Grace");
        await page.ReloadAsync();
        await page.ShowsAsync("Ada:");
    }

    [Fact]
    public async Task Home_ListsThePages_EachIsThereAndOfItsTitle()
    {
        var page = await OpenAsync("/");
        var links = page.Page.Locator("main a");
        var paths = await links.EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        Assert.Equal(9, paths.Length);
        foreach (var path in paths)
        {
            Assert.True((await page.Page.GotoAsync(new Uri(Server.Address, path).ToString()))!.Ok, path);
            await Assertions.Expect(page.Page.Locator("h1")).ToHaveCountAsync(1);
        }
    }

    private async Task<OrdinaryPage> OpenAsync(string path)
    {
        var page = new OrdinaryPage((await NewVisitorAsync()).Page, () => Server.Address);
        await page.OpenAsync(path);
        return page;
    }

    private static Task ClickAsync(OrdinaryPage page, string button) => page.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Changes something and waits until the tab has it.</summary>
    private static async Task KeptAsync(OrdinaryPage page, Func<Task> change)
    {
        var before = await page.CopyAsync();
        await change();
        await page.HasAnotherCopyAsync(before);
        await page.HasNothingUnsentAsync();
    }

    private static async Task<string> IsLoadedAsync(OrdinaryPage page)
    {
        var stock = page.Page.Locator("#stock");
        await Assertions.Expect(stock).Not.ToBeEmptyAsync();
        return await stock.InnerTextAsync();
    }

    private static async Task SignInAsync(OrdinaryPage page, string name)
    {
        await page.HasHeadingAsync("Sign in");
        await page.Page.Locator("#name").FillAsync(name);
        await page.Page.Locator("main form button").ClickAsync();
        await page.HasHeadingAsync("Sign-in");
        await page.IsInteractiveAsync();
    }

    private async Task KillAsync(OrdinaryPage page, params string[] next)
    {
        var circuit = await page.CircuitAsync();
        await Server.KillAsync();
        await Server.StartAsync(more: next);
        await page.IsInAnotherCircuitAsync(circuit);
    }
}
