using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>What a server tells its pages of their number.</summary>
public sealed class FleetWatchTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Circuit_OfFew_IsToldNothing()
    {
        Count(FleetWatch.Small - 1);
        await using var circuit = await _server.OpenAsync(_browser);
        await LookAsync(circuit);

        Assert.Null(_browser.Fleet);
    }

    [Fact]
    public async Task Circuit_OfMany_IsToldHowManyAndAgainWhenThatHasDoubledOrHalved()
    {
        Count(999);
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.UntilAsync(() => _browser.Fleet == 1_000, "the number at the start");

        Count(900);
        await LookAsync(circuit);
        Assert.Equal(1_000, _browser.Fleet);

        Count(200);
        await LookAsync(circuit);
        await circuit.UntilAsync(() => _browser.Fleet == 2_100, "twice as many");

        Count(-2_000);
        await LookAsync(circuit);
        await circuit.UntilAsync(() => _browser.Fleet == FleetWatch.Small, "few");
    }

    [Fact]
    public async Task Circuit_Ended_IsNotCounted()
    {
        var circuits = _server.Services.GetRequiredService<CircuitCount>();
        await using (await _server.OpenAsync(_browser))
        {
            Assert.Equal(1, circuits.Open);
        }

        Assert.Equal(0, circuits.Open);
    }

    private void Count(int more)
    {
        var circuits = _server.Services.GetRequiredService<CircuitCount>();
        for (; more > 0; more--)
        {
            circuits.Opened();
        }

        for (; more < 0; more++)
        {
            circuits.Closed();
        }
    }

    private async Task LookAsync(TestCircuit circuit)
    {
        _server.Time.Advance(FleetWatch.LookPeriod);
        await circuit.SettleAsync();
    }
}
