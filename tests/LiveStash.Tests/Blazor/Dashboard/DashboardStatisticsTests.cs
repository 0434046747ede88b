using System.Text.Json;
using LiveStash.Dashboard;
using LiveStash.Measuring;
using LiveStash.Saving;
using LiveStash.Watching;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Blazor.Dashboard;

/// <summary>The numbers of a server without silos.</summary>
public sealed class DashboardStatisticsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly StashMetrics _metrics;
    private readonly DashboardStatistics _statistics;

    public DashboardStatisticsTests()
    {
        var meters = Meters.Create();
        _metrics = new(meters, _time, new CircuitCount());
        _statistics = new(meters, _time, [], _metrics);
    }

    public void Dispose() => _statistics.Dispose();

    [Fact]
    public async Task Read_InTheFirstInstant_NothingIsKnownAndNothingIsMadeUp()
    {
        var data = await _statistics.ReadAsync();

        Assert.Equal((false, true, 0), (data.Stashes.HasSilos, data.Stashes.Answers, data.Stashes.Nodes.Count));
        Assert.Null(data.Stashes.All.Stashes);
        Assert.Null(data.Pages.All.Save.P95);
        Assert.Equal(0, data.Pages.Circuits);
        Assert.Empty(data.Pages.Engines);
        Assert.All(data.Pages.Saved, static value => Assert.Null(value));
    }

    [Fact]
    public async Task Read_PagesOpenAndSave_IsCountedByEngineAndStatus()
    {
        var asked = _metrics.Now();
        _time.Advance(TimeSpan.FromMilliseconds(20));
        foreach (var status in Enum.GetValues<StashStatus>())
        {
            _metrics.Opened("memory", status, asked);
        }

        _metrics.Opened("orleans", StashStatus.Recovered, asked);
        for (var i = 0; i < 12; i++)
        {
            _metrics.Saved("memory", null, SaveReason.Change, new(StashOutcome.Ok, Written: true), asked);
        }

        _time.Advance(TimeSpan.FromSeconds(60));

        var pages = (await _statistics.ReadAsync()).Pages;

        Assert.Equal(["memory", "orleans"], pages.Engines.Select(static engine => engine.Name));
        Assert.Equal((1, 1, 1, 1), (pages.Engines[0].New, pages.Engines[0].Recovered, pages.Engines[0].NotFound, pages.Engines[0].Error));
        Assert.Equal(2, pages.All.Recovered);
        Assert.Equal(2, pages.Opened.Recovered.Sum());
        Assert.Equal(12, Math.Round(pages.Saved.Sum()!.Value * 10));
        Assert.InRange(pages.All.Save.P95!.Value, 0.01, 0.025);
        Assert.InRange(pages.Engines[1].Open.P50!.Value, 0.01, 0.025);
        Assert.Null(pages.Engines[1].Save.P50);
        Assert.Equal(0, pages.Engines[1].Saves);
    }

    [Theory]
    [InlineData(StashOutcome.Unavailable, 1)]
    [InlineData(StashOutcome.TooLarge, 1)]
    [InlineData(StashOutcome.Unserializable, 1)]
    [InlineData(StashOutcome.Superseded, 0)]
    [InlineData(StashOutcome.VersionMismatch, 0)]
    [InlineData(StashOutcome.NotFound, 0)]
    [InlineData(StashOutcome.Ok, 0)]
    public async Task Read_SaveIsNotDone_CountsWhereTheUserHasSomethingToLose(StashOutcome outcome, long expected)
    {
        _metrics.Saved("memory", null, SaveReason.Change, new(outcome, Written: true), _metrics.Now());

        Assert.Equal(expected, (await _statistics.ReadAsync()).Pages.All.NotSaved);
    }

    [Fact]
    public async Task Read_AfterAnHourOfNothing_HasForgottenAndSaysZero()
    {
        _metrics.Opened("memory", StashStatus.Recovered, _metrics.Now());
        for (var i = 0; i < 61 * 12; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        var pages = (await _statistics.ReadAsync()).Pages;

        Assert.Equal((0, 0), (pages.All.Recovered, pages.All.Opens));
    }

    [Fact]
    public async Task Read_AsJson_IsOfNumbersThatJsonHasAndBounded()
    {
        _metrics.Opened("memory", StashStatus.Recovered, _metrics.Now());
        for (var i = 0; i < 800; i++)
        {
            _metrics.Saved("memory", null, SaveReason.Change, new(StashOutcome.Ok, Written: true), _metrics.Now());
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        var text = JsonSerializer.Serialize(await _statistics.ReadAsync(), JsonSerializerOptions.Web);

        Assert.InRange(text.Length, 1000, 100_000);
        Assert.Equal(359, JsonDocument.Parse(text).RootElement.GetProperty("pages").GetProperty("saved").GetArrayLength());
    }
}
