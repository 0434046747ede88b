using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>The session ends while a page is open, as a WebSocket does not renew its cookie, and then the page needs a new connection.</summary>
public sealed class SessionEndedTests(MembersApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MembersApp>
{
    private const string Cookie = ".AspNetCore.Cookies";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_LostAfterTheSessionHasEnded_TheSignInPageAndThenTheText(bool isCircuitThere)
    {
        var page = await OpenAsync("/counter");
        var status = page.Page.Locator("[role=status]").GetByText("Current count");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");

        await page.Page.Context.ClearCookiesAsync(new() { Name = Cookie });
        await Link.CutAsync();
        if (!isCircuitThere)
        {
            await NoCircuitIsLeftAsync();
        }

        Link.Heal();
        await page.HasHeadingAsync("Sign in");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await page.IsInteractiveAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 1");
        await page.Page.Locator("button.btn").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Current count: 2");
    }

    /// <summary>As a page that anybody may see, or that a cache has, and a hub that is for members.</summary>
    [Fact]
    public async Task Page_IsThereWithoutASession_LoadedAFewTimesAndThenWaitsForTheUser()
    {
        var loads = 0;
        var page = await OpenAsync("/note");
        page.Page.Load += (_, _) => Interlocked.Increment(ref loads);
        var session = (await page.Page.Context.CookiesAsync()).Single(static cookie => cookie.Name == Cookie).Value;
        await page.Page.Context.ClearCookiesAsync(new() { Name = Cookie });
        await page.Page.Context.AddCookiesAsync([new() { Name = Cookie, Value = session, Domain = Link.Address.Host, Path = "/note" }]);

        await page.Page.EvaluateAsync("Blazor._internal.forceCloseConnection()");

        await Assertions.Expect(page.Page.Locator("#components-reconnect-modal.components-reconnect-failed")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Equal(5, loads);
    }

    private protected override async Task<OrdinaryPage> OpenAsync(string path)
    {
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder)).Page, () => Link.Address);
        await page.Page.GotoAsync(new Uri(Link.Address, path).ToString());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.IsInteractiveAsync();
        return page;
    }
}
