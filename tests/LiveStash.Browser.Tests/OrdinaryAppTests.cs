using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Pages of ordinary apps whose circuit is lost.</summary>
public sealed class OrdinaryAppTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    [Theory]
    [InlineData("/counter")]
    [InlineData("/per-page")]
    public async Task Counter_OfTheTemplate_CountsOnAfterALoss(string path)
    {
        var page = await OpenAsync(path);
        var (button, status) = (page.Page.Locator("button.btn"), page.Page.Locator("[role=status]"));
        await button.ClickAsync();
        await button.ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");

        await LoseAsync(page);

        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
        await button.ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 3");
        await page.ReloadAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 0");
    }

    /// <summary>The visitor's first pages: each brings a cookie, the second one after the first page's circuit has started.</summary>
    [Fact]
    public async Task Note_OpenedWhileAnotherFirstPageIsUnderWay_IsThereAgainAfterALoss()
    {
        await using var slow = new TcpProxy(Server.Port) { RoundTrip = TimeSpan.FromSeconds(3) };
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder)).Page, () => Link.Address);
        var other = await page.Page.Context.NewPageAsync();
        var opening = other.GotoAsync(new Uri(slow.Address, "/other").ToString(), new() { WaitUntil = WaitUntilState.Commit });

        await page.OpenAsync("/note");
        await page.TypeAsync("text", "milk", "milk");
        await opening;
        Assert.Equal(2, (await page.Page.Context.CookiesAsync()).Count(static cookie => cookie.Name.StartsWith(".LiveStash.Session.", StringComparison.Ordinal)));
        await other.CloseAsync();
        await LoseAsync(page);

        await page.ShowsAsync("milk");
    }

    [Fact]
    public async Task Layout_FoldedThenLost_IsFolded()
    {
        var page = await OpenAsync("/");
        await page.ClickAsync("fold");
        await page.HasTextAsync("fold", "Unfold");
        await page.FollowAsync("Other");
        await page.HasHeadingAsync("Other");

        await LoseAsync(page);

        await page.HasTextAsync("fold", "Unfold");
    }

    [Fact]
    public async Task Job_FinishedWhileThePhoneWasAway_ResultIsThereInTheNextCircuit()
    {
        var job = Guid.NewGuid().ToString();
        var page = await OpenAsync($"/job/{job}");
        await page.ClickAsync("start");
        await page.HasTextAsync("state", "started");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await Server.PostAsync($"/jobs/{job}");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.ShowsAsync("done");
    }

    [Fact]
    public async Task Orders_AnotherIdOfTheSamePage_EachHasItsOwnText()
    {
        var page = await OpenAsync("/orders/1");
        await page.TypeAsync("text", "one", shown: "1:one");

        await page.FollowAsync("Two");
        await page.ShowsAsync("2:");
        await page.TypeAsync("text", "two", shown: "2:two");
        await LoseAsync(page);
        await page.ShowsAsync("2:two");

        await page.FollowAsync("One");
        await page.ShowsAsync("1:one");
        await LoseAsync(page);
        await page.ShowsAsync("1:one");
    }

    [Fact]
    public async Task OrdersOfTab_TypedThenTheOtherLinkClickedAtOnce_EachHasItsOwnText()
    {
        var page = await OpenAsync("/tab-orders/1");
        await page.HasGivenFocusAsync();
        await page.Page.Locator("#text").FillAsync("one");
        await page.FollowAsync("Two");
        await page.ShowsAsync("2:");
        await page.Page.Locator("#text").FillAsync("two");
        await page.FollowAsync("One");
        await page.ShowsAsync("1:one");

        await page.ReloadAsync();

        await page.ShowsAsync("1:one");
        await page.FollowAsync("Two");
        await page.ShowsAsync("2:two");
    }

    [Fact]
    public async Task Crud_EditedThenLost_TheEditsAreThereAndTheLoadedRowIsNeverShown()
    {
        var page = await OpenAsync("/crud/5");
        await page.ShowsAsync("Product 5 100");
        await page.TypeAsync("price", "7", shown: "Product 5 7");
        await page.TypeAsync("name", "Mine", shown: "Mine 7");

        await LoseAsync(page);

        await page.ShowsAsync("Mine 7");
        await page.HasTextAsync("state", "loaded");
        await page.ShowsAsync("Mine 7");
        Assert.Equal(["Mine 7"], await page.ShownAsync());
    }

    [Fact]
    public async Task Crud_EditedOnceMoreWhileTheRowIsStillLoading_TheLastEditIsThere()
    {
        var page = await OpenAsync("/crud/25");
        await page.HasTextAsync("state", "loaded");
        await page.TypeAsync("price", "7", shown: "Product 25 7");
        await LoseAsync(page);
        await page.HasTextAsync("state", "loading");

        await page.TypeAsync("price", "8");
        await page.HasTextAsync("state", "loaded");

        await page.ShowsAsync("Product 25 8");
        await LoseAsync(page);
        await page.ShowsAsync("Product 25 8");
    }

    [Fact]
    public async Task Crud_NothingEditedThenLost_TheLoadedRowIsShown()
    {
        var page = await OpenAsync("/crud/5");
        await page.ShowsAsync("Product 5 100");

        await LoseAsync(page);

        await page.ShowsAsync("Product 5 100");
    }

    [Fact]
    public async Task Checkout_FieldsAreInAChild_TheWholeFormIsThereAfterALoss()
    {
        var page = await OpenAsync("/checkout");
        await page.TypeAsync("name", "Ada");
        await page.ClickAsync("save");
        await page.ShowsAsync("Ada,");
        await page.TypeAsync("city", "Paris");
        await page.IsModifiedAsync("city"); // the server has it, and the parent does not render for it

        await LoseAsync(page);

        await page.ShowsAsync("Ada, Paris");
        await page.HasValueAsync("city", "Paris");
    }

    [Fact]
    public async Task Abandoned_PartWasHiddenThenLostThenShownAgain_StartsFresh()
    {
        var page = await OpenAsync("/abandoned");
        await page.ClickAsync("toggle");
        await page.TypeAsync("text", "old", shown: "[old]");
        await page.ClickAsync("toggle");
        await Assertions.Expect(page.Page.Locator("#shown")).ToHaveCountAsync(0);

        await LoseAsync(page);
        await page.ClickAsync("toggle");

        await page.ShowsAsync("[]");
    }

    [Fact]
    public async Task Abandoned_PartIsShownWhenLost_ItsTextIsThere()
    {
        var page = await OpenAsync("/abandoned");
        await page.ClickAsync("toggle");
        await page.TypeAsync("text", "old", shown: "[old]");

        await LoseAsync(page);

        await page.ShowsAsync("[old]");
    }

    [Fact]
    public async Task Cart_OfAScopedService_IsFilledAfterALossOnAnyPage()
    {
        var page = await OpenAsync("/cart");
        await page.ClickAsync("add");
        await page.ClickAsync("add");
        await page.ShowsAsync("pizza,pizza");

        await LoseAsync(page);

        await page.ShowsAsync("pizza,pizza");
        await page.ClickAsync("add");
        await page.ShowsAsync("pizza,pizza,pizza");
    }

    [Fact]
    public async Task Rows_ThousandInOnePropertyAndTypedIntoAnother_BothAreThere()
    {
        var page = await OpenAsync("/rows");
        await page.HasGivenFocusAsync();
        await page.ClickAsync("change");
        await page.HasTextAsync("rows", "1000 changed");
        await page.Page.Locator("#text").PressSequentiallyAsync("abcdef");
        await page.ShowsAsync("abcdef");

        await LoseAsync(page);

        await page.ShowsAsync("abcdef");
        await page.HasTextAsync("rows", "1000 changed");
    }

    [Theory]
    [InlineData("Disposable")]
    [InlineData("AsyncDisposable")]
    public async Task Disposable_PageIsLeft_IsDisposedOfAndItsTextKept(string kind)
    {
        var path = $"/{kind.ToLowerInvariant()}";
        var page = await OpenAsync(path);
        var mark = Log.Mark;
        await page.TypeAsync("text", "kept", shown: "kept");
        await page.FollowAsync("Leave");
        await page.HasHeadingAsync("Other");
        await LogsAsync(mark, $"Disposed of {kind} with kept");

        await LoseAsync(page);
        await page.OpenAsync(path);

        await page.ShowsAsync("kept");
        Assert.Empty(await ServerProblemsAsync(mark));
    }

    [Fact]
    public async Task Owned_ComponentWithAScopeOfItsOwn_ItsTextIsThereAfterALoss()
    {
        var page = await OpenAsync("/owned");
        await page.ClickAsync("add");
        await page.TypeAsync("text", "mine", shown: "mine 1");

        await LoseAsync(page);

        await page.ShowsAsync("mine 0");
    }

    [Fact]
    public async Task Persistent_HandedOverByTheFrameworkThenLost_TheUsersTextIsThere()
    {
        var page = await OpenAsync("/persistent");
        var made = (await page.ShownAsync())[0];
        await page.HasTextAsync("typed", "default");
        await page.TypeAsync("text", "mine");
        await page.HasTextAsync("typed", "mine");

        await LoseAsync(page);

        await page.HasTextAsync("typed", "mine");
        Assert.NotEmpty(made);
    }
}
