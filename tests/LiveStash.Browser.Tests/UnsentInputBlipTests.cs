using LiveStash.Browser.Tests.Hosting;
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

        await Link.CutAsync();
        await page.Page.WaitForFunctionAsync("sessionStorage.getItem('livestash:lost') !== null");
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
}
