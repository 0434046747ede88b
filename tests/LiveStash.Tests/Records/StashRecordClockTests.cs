using LiveStash.Records;

namespace LiveStash.Tests.Records;

/// <summary>A record whose calls come by another clock than the one that its content has its ends by.</summary>
public sealed class StashRecordClockTests
{
    private static readonly DateTimeOffset Start = new(2031, 2, 3, 4, 5, 6, TimeSpan.FromHours(9));
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly StashTerms Terms = new(Ttl);

    [Theory]
    [InlineData(5, 15)]
    [InlineData(14, 20)]
    public void Open_UseByAClockThatIsAhead_EndsByThatClockAndNotAfterItsLifetime(int minutes, int end)
    {
        var ahead = TimeSpan.FromHours(1);
        var image = Image() with { Deadline = Start + (2 * Ttl), ExpiresAt = Start + (1.5 * Ttl) };
        var record = new StashRecord(image) { Doubt = ahead, Clock = ahead };

        Assert.True(record.Open(StashOpenMode.Use, Terms, Start + ahead + TimeSpan.FromMinutes(minutes)).IsOk);

        Assert.Equal(Start + ahead + TimeSpan.FromMinutes(end), record.Image!.ExpiresAt);
        Assert.Equal(Start + ahead + (2 * Ttl), record.Image.Deadline);
        Assert.Equal(ahead, record.Image.Clock);
    }

    [Fact]
    public void Open_UseAtTheSameTimeByAClockThatWasSet_IsByThatClock()
    {
        var back = TimeSpan.FromMinutes(-1);
        var record = new StashRecord(Image()) { Doubt = back, Clock = back };

        Assert.True(record.Open(StashOpenMode.Use, Terms, Start).IsOk);

        Assert.Equal((Start + Ttl, back), (record.Image!.ExpiresAt, record.Image.Clock));
    }

    private static StashImage Image() => new(1, 1, Ttl, Start + Ttl, [new("a", new byte[] { 1 })], 2);
}
