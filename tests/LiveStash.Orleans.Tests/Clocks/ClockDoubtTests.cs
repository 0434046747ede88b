using LiveStash.Orleans.Server.Clocks;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Records;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Orleans.Tests.Clocks;

public sealed class ClockDoubtTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _right = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly MovedClock _clock;
    private readonly ClockDoubt _doubt;

    public ClockDoubtTests()
    {
        _clock = new(_right);
        _doubt = new(_clock);
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>However long ago the jump was.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(90)]
    [InlineData(100_000)]
    public void Of_WhatAnotherSiloReachedByARightClock_TheJump(int minutes)
    {
        _clock.Ahead = Jump;
        _doubt.Look();
        _right.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal(Jump, _doubt.Of(Row(_right.GetUtcNow()), Now));
    }

    [Fact]
    public void Of_WhatWasReachedByThisClockSinceItJumped_Nothing()
    {
        _clock.Ahead = Jump;
        _doubt.Look();
        var row = Row(Now);

        _right.Advance(Ttl);

        Assert.Equal(TimeSpan.Zero, _doubt.Of(row, Now));
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(45, 15)]
    [InlineData(90, 0)]
    public void Of_TheJumpIsTakenBack_WhatIsLeftOfIt(int minutes, int left)
    {
        var row = Row(Now);
        _clock.Ahead = Jump;
        _doubt.Look();
        _clock.Ahead -= TimeSpan.FromMinutes(minutes);

        Assert.Equal(TimeSpan.FromMinutes(left), _doubt.Of(row, Now));
    }

    /// <summary>What is to be looked at by a clock that was right to jump is looked at some time.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(23, true)]
    [InlineData(25, false)]
    public void Early_ClockJumpedAhead_WithoutTheJumpForADay(int hours, bool isWithout)
    {
        _clock.Ahead = Jump;
        _doubt.Look();

        _right.Advance(TimeSpan.FromHours(hours));

        Assert.Equal(isWithout ? _right.GetUtcNow() : Now, _doubt.Early(Now));
    }

    private static StashImage Row(DateTimeOffset reached) => new(1, 1, Ttl, reached + Ttl, [], 0);
}
