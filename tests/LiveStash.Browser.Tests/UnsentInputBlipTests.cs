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
}
