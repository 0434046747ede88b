using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Browsing.Firefox;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>
/// What is a loss and what is the user's wish, in Firefox, which closes the connection of a page before it says that the page goes.
/// </summary>
public sealed class FirefoxTests(FirefoxServer shared, ITestOutputHelper output) : IClassFixture<FirefoxServer>, IAsyncLifetime
{
    private readonly int _begin = shared.Log.Mark;

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await shared.Firefox.ForgetVisitorsAsync();
        output.WriteLine(shared.Log.Since(_begin));
    }

    [Fact]
    public async Task Reload_ReconnectScope_StartsAnew()
    {
        var tab = await OpenAsync("counter/browser");

        await tab.ReloadAsync();

        await tab.CountsOnFromAsync(StashPageStatus.New, 0);
    }

    [Fact]
    public async Task Reload_TabScope_Recovers()
    {
        var tab = await OpenAsync("counter/browser?scope=tab");

        await tab.ReloadAsync();

        await tab.CountsOnFromAsync(StashPageStatus.Recovered, 3);
    }

    [Fact]
    public async Task Back_ReconnectScope_StartsAnew()
    {
        var tab = await OpenAsync("counter/browser");

        await tab.LeaveAsync("/healthz");
        await tab.BackAsync();

        await tab.CountsOnFromAsync(StashPageStatus.New, 0);
    }

    [Fact]
    public async Task Back_TabScope_Recovers()
    {
        var tab = await OpenAsync("counter/browser?scope=tab");

        await tab.LeaveAsync("/healthz");
        await tab.BackAsync();

        await tab.CountsOnFromAsync(StashPageStatus.Recovered, 3);
    }

    [Fact]
    public async Task Close_NewTab_StartsAnew()
    {
        var tab = await OpenAsync("counter/browser?scope=tab");

        await tab.CloseAsync();
        var next = await shared.Firefox.NewTabAsync(tab.Visitor);
        await next.OpenAsync(AddressOf("counter/browser?scope=tab"));

        await next.CountsOnFromAsync(StashPageStatus.New, 0);
    }

    [Fact]
    public async Task ServerKilled_StartedAgain_ThePageComesBackByItself()
    {
        var tab = await OpenAsync("counter/browser");

        await shared.Server.KillAsync();
        await shared.Server.StartAsync();

        await tab.CountsOnFromAsync(StashPageStatus.Recovered, 3);
    }

    [Fact]
    public async Task ServerKilled_ReloadedWhileItIsAway_Recovers()
    {
        var tab = await OpenAsync("counter/browser");

        await shared.Server.KillAsync();
        try
        {
            await tab.ShowsLossAsync();
            await tab.ReloadInVainAsync();
        }
        finally
        {
            await shared.Server.StartAsync();
        }

        await tab.ReloadAsync();

        await tab.CountsOnFromAsync(StashPageStatus.Recovered, 3);
    }

    [Fact]
    public async Task PageKilled_LoadedAgain_Recovers()
    {
        var tab = await OpenAsync("counter/browser");

        shared.Firefox.KillPages();
        await tab.HasCrashedAsync();
        await tab.OpenAsync(AddressOf("counter/browser"));

        await tab.CountsOnFromAsync(StashPageStatus.Recovered, 3);
    }

    [Fact]
    public async Task FirefoxKilled_StartedAgain_Recovers()
    {
        var tab = await OpenAsync("counter/browser", await shared.Firefox.NewTabAsync(FirefoxFixture.UsualVisitor));
        await shared.Firefox.HasWrittenAsync(await tab.PieceOfStateAsync());

        await shared.Firefox.KillAsync();
        await shared.Firefox.StartAsync();
        var again = await shared.Firefox.TabAtAsync(AddressOf("counter/browser"));

        await again.CountsOnFromAsync(StashPageStatus.Recovered, 3);
    }

    private Uri AddressOf(string page) => new(shared.Server.Address, page);

    /// <summary>Opens a page, in a tab of a new visitor if in no other, and counts to 3.</summary>
    private async Task<FirefoxTab> OpenAsync(string page, FirefoxTab? tab = null)
    {
        tab ??= await shared.Firefox.NewVisitorAsync();
        await tab.OpenAsync(AddressOf(page));
        await tab.HasAsync(StashPageStatus.New, 0);
        await tab.CountToAsync(3);
        return tab;
    }
}
