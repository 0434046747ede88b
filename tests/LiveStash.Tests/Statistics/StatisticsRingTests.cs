using LiveStash.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Statistics;

public sealed class StatisticsRingTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(StatisticsClock.Step);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public void Read_NothingCounted_HasNoRows() => Assert.Empty(new StatisticsRing(new(_time)).Read().Rows);

    [Fact]
    public void Read_CountedOverTwoBuckets_HasEachInItsOwn()
    {
        var ring = new StatisticsRing(new(_time));
        ring.Add(StatisticsColumn.Saved);
        ring.Add(StatisticsColumn.Saved, 2);
        ring.Record(StatisticsColumn.SaveDurations, 0.2);
        _time.Advance(Step);
        ring.Add(StatisticsColumn.Saved, 5);

        var window = ring.Read();

        Assert.Equal([3, 5], window.Rows.Select(static row => row.At(StatisticsColumn.Saved)));
        Assert.Equal(1, window.Rows[0].At(StatisticsColumn.SaveDurations + LatencyBuckets.Of(0.2)));
        Assert.Equal(1, window.Rows[1].Number - window.Rows[0].Number);
    }

    [Fact]
    public void Set_OfAGauge_TheLastCountsAndOthersStayUnknown()
    {
        var ring = new StatisticsRing(new(_time));
        ring.Set(StatisticsColumn.Stashes, 3);
        ring.Set(StatisticsColumn.Stashes, 7);

        Assert.Equal(7, ring.Read().Latest(StatisticsColumn.Stashes));
        Assert.Null(ring.Read().Latest(StatisticsColumn.Size));
    }

    [Fact]
    public void Read_AfterThreeHours_HasOneHourAndHoldsNoMore()
    {
        var ring = new StatisticsRing(new(_time));
        for (var i = 0; i < 3 * StatisticsRing.Length; i++)
        {
            ring.Add(StatisticsColumn.Saved, i);
            _time.Advance(Step);
        }

        var rows = ring.Read().Rows;

        Assert.Equal(StatisticsRing.Length - 1, rows.Count);
        Assert.Equal((3 * StatisticsRing.Length) - 1, rows[^1].At(StatisticsColumn.Saved));
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => rows[0].Number + i), rows.Select(static row => row.Number));
    }

    [Fact]
    public void Read_NothingForTwoHours_IsEmptyAgain()
    {
        var ring = new StatisticsRing(new(_time));
        ring.Add(StatisticsColumn.Saved);
        _time.Advance(TimeSpan.FromHours(2));

        Assert.Empty(ring.Read().Rows);
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public void Read_ClockOfTheWallIsSetByHours_NothingMoves(int hours)
    {
        var time = new SetClock();
        var ring = new StatisticsRing(new(time));
        ring.Add(StatisticsColumn.Saved);
        time.Elapsed += Step;
        time.Wall += TimeSpan.FromHours(hours);
        ring.Add(StatisticsColumn.Saved, 2);

        var rows = ring.Read().Rows;

        Assert.Equal([1, 2], rows.Select(static row => row.At(StatisticsColumn.Saved)));
        Assert.Equal(rows[0].Number + 1, rows[1].Number);
    }

    [Fact]
    public async Task Add_FromManyThreadsWhileTimePasses_NoneIsLost()
    {
        const int Threads = 8, Each = 20_000;
        var ring = new StatisticsRing(new(_time));
        using var done = new CancellationTokenSource();
        var passing = Task.Run(() =>
        {
            for (var i = 0; i < 200 && !done.IsCancellationRequested; i++)
            {
                _time.Advance(Step);
                ring.Read();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                ring.Add(StatisticsColumn.Saved);
            }
        })));
        await done.CancelAsync();
        await passing;

        Assert.Equal(Threads * Each, ring.Read().Rows.Sum(static row => row.At(StatisticsColumn.Saved)));
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch.AddYears(60);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
