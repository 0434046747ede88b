using LiveStash.Orleans.Contracts;
using LiveStash.Statistics;

namespace LiveStash.Orleans.Tests.Statistics;

/// <summary>What a silo of any version sends.</summary>
public sealed class WireStatisticsTests
{
    private const long Now = 1_800_000_000_000;
    private const long Current = Now / StatisticsClock.Step;

    [Fact]
    public void ToWindow_OfWhatWasSent_IsTheSame()
    {
        var row = StatisticsRow.Begin(Current);
        row.Values[StatisticsColumn.Saved] = 7;

        var window = WireStatistics.Of("silo", "name", new(Now - 60_000, Now, [StatisticsRow.Begin(Current - 1), row])).ToWindow()!;

        Assert.Equal((Now - 60_000, Now), (window.Started, window.Now));
        Assert.Equal([Current - 1, Current], window.Rows.Select(static one => one.Number));
        Assert.Equal(row.Values, window.Rows[1].Values);
    }

    [Fact]
    public void ToWindow_OfALaterVersionWithMoreColumns_KnowsThoseThatItKnows()
    {
        long[] row = [Current, 5, .. new long[StatisticsColumn.Width + 9]];

        var window = new WireStatistics { Now = Now, Started = Now, Width = row.Length - 1, Rows = row }.ToWindow()!;

        Assert.Equal(5, window.Latest(StatisticsColumn.Stashes));
    }

    [Theory]
    [InlineData(0, Now, new long[] { Current })]
    [InlineData(-1, Now, new long[] { Current })]
    [InlineData(5000, Now, new long[] { Current })]
    [InlineData(1, -1L, new long[] { Current, 1 })]
    [InlineData(1, long.MaxValue, new long[] { Current, 1 })]
    public void ToWindow_NumbersThatCannotBe_IsNone(int width, long now, long[] rows) =>
        Assert.Null(new WireStatistics { Now = now, Started = Now, Width = width, Rows = rows }.ToWindow());

    [Fact]
    public void ToWindow_RowsThatCannotBe_ArePassedOver()
    {
        long[] rows = [Current + 1, 1, Current - StatisticsRing.Length, 2, Current - 3, 3, Current - 3, 4, Current - 5, 5, long.MinValue, 6, Current, 7, Current];

        var window = new WireStatistics { Now = Now, Started = Now, Width = 1, Rows = rows }.ToWindow()!;

        Assert.Equal([(Current - 3, 3L), (Current, 7L)], window.Rows.Select(static row => (row.Number, row.At(0))));
    }
}
