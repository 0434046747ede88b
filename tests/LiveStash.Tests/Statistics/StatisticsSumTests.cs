using LiveStash.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Statistics;

/// <summary>Several nodes together.</summary>
public sealed class StatisticsSumTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(StatisticsClock.Step);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public void Rate_TwoNodesOfAMinute_IsBothTogether()
    {
        StatisticsRing[] rings = [new(new(_time)), new(new(_time))];
        for (var i = 0; i < 6; i++)
        {
            rings[0].Add(StatisticsColumn.Saved, 10);
            rings[1].Add(StatisticsColumn.Saved, 20);
            _time.Advance(Step);
        }

        var sum = Sum(rings);

        Assert.Equal(3, sum.Rate(6, [StatisticsColumn.Saved])!.Value, 3);
        Assert.Equal(3, sum.Rates(StatisticsColumn.Saved)[^1]);
        Assert.Equal(180, sum.Count(StatisticsColumn.Saved));
    }

    [Fact]
    public void Rate_OfANodeThatHasJustStarted_IsOfTheTimeThatItRan()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        var ring = new StatisticsRing(new(_time));
        ring.Add(StatisticsColumn.Saved, 4);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, Sum(ring).Rate(6, [StatisticsColumn.Saved]));
    }

    [Fact]
    public void Rate_InTheFirstInstant_IsNotMoreThanWhatWasCounted()
    {
        var ring = new StatisticsRing(new(_time));
        ring.Add(StatisticsColumn.Saved, 4);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(4, Sum(ring).Rate(6, [StatisticsColumn.Saved]));
    }

    [Fact]
    public void Series_OfNobody_AreUnknownAndNotZero()
    {
        var sum = new StatisticsSum([], 1000);

        Assert.All(sum.Rates(StatisticsColumn.Saved), static value => Assert.Null(value));
        Assert.All(sum.Gauges(StatisticsColumn.Stashes), static value => Assert.Null(value));
        Assert.Null(sum.Latest(StatisticsColumn.Stashes));
        Assert.Null(sum.Rate(6, [StatisticsColumn.Saved]));
        Assert.Null(sum.Percentile(30, StatisticsColumn.SaveDurations, 0.95));
    }

    [Fact]
    public void Gauges_ABucketIsSkipped_IsCarriedOnAndAMinuteIsAGap()
    {
        var ring = new StatisticsRing(new(_time));
        ring.Set(StatisticsColumn.Stashes, 5);
        _time.Advance(2 * Step);
        ring.Set(StatisticsColumn.Stashes, 6);
        _time.Advance(6 * Step);
        ring.Set(StatisticsColumn.Stashes, 7);
        _time.Advance(Step);

        var gauges = Sum(ring).Gauges(StatisticsColumn.Stashes);

        Assert.Equal([5, 5, 6, 6, 6, null, null, null, 7], gauges[^9..]);
    }

    [Fact]
    public void Gauges_StashesMoveToAnotherNodeAndTheirsEnds_AreCountedOnce()
    {
        StatisticsRing[] rings = [new(new(_time)), new(new(_time))];
        rings[0].Set(StatisticsColumn.Stashes, 100);
        rings[1].Set(StatisticsColumn.Stashes, 0);
        var before = rings[0].Read();
        for (var i = 0; i < 6; i++)
        {
            _time.Advance(Step);
            rings[1].Set(StatisticsColumn.Stashes, 100);
        }

        var after = rings[1].Read();
        var gauges = new StatisticsSum([before, after], after.Current).Gauges(StatisticsColumn.Stashes);

        Assert.Equal([100, 100], gauges[^2..]);
    }

    [Fact]
    public void Percentile_OfNodes_IsOfAllTheirDurationsTogether()
    {
        StatisticsRing[] rings = [new(new(_time)), new(new(_time))];
        for (var i = 0; i < 95; i++)
        {
            rings[0].Record(StatisticsColumn.SaveDurations, 0.001);
        }

        for (var i = 0; i < 50; i++)
        {
            rings[1].Record(StatisticsColumn.SaveDurations, 1.5);
        }

        Assert.InRange(Sum(rings).Percentile(30, StatisticsColumn.SaveDurations, 0.5)!.Value, 0.0005, 0.001);
        Assert.InRange(Sum(rings).Percentile(30, StatisticsColumn.SaveDurations, 0.95)!.Value, 1, 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(-600)]
    [InlineData(86400)]
    public void On_ClockOfANodeIsWrong_IsWhereItHappened(int seconds)
    {
        var (right, wrong) = (new StatisticsRing(new(_time)), new StatisticsRing(new(new FakeTimeProvider(_time.GetUtcNow().AddSeconds(seconds)))));
        right.Set(StatisticsColumn.Stashes, 1);
        wrong.Set(StatisticsColumn.Stashes, 2);

        var here = right.Read();
        var sum = new StatisticsSum([here, wrong.Read().On(here.Now)], here.Current);

        Assert.Equal(3, sum.Latest(StatisticsColumn.Stashes));
    }

    [Fact]
    public void At_RowOfANodeWithFewerColumns_IsUnknownOrNothing()
    {
        var row = new StatisticsRow(1, [4]);

        Assert.Equal((4, StatisticsColumn.Unknown, 0), (row.At(StatisticsColumn.Stashes), row.At(StatisticsColumn.Size), row.At(StatisticsColumn.Saved)));
    }

    private StatisticsSum Sum(params StatisticsRing[] rings) => new([.. rings.Select(static ring => ring.Read())], new StatisticsClock(_time).Bucket);
}
