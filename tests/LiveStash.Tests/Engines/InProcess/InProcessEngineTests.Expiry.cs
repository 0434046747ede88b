namespace LiveStash.Tests.Engines.InProcess;

/// <summary>The timer, the sweep and the queue of expiries behind them.</summary>
public sealed partial class InProcessEngineTests
{
    [Fact]
    public async Task Timer_WithoutAnyAccess_DropsWhatHasExpired()
    {
        var engine = Engine();
        for (var minutes = 1; minutes <= 5; minutes++)
        {
            await WriteAsync(StashId.New(), 0, TimeSpan.FromMinutes(minutes), ("a", 9));
        }

        for (var left = 5; left >= 0; left--)
        {
            Assert.Equal((left, left * 10L), Held());
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, engine.Sweep());
    }

    [Fact]
    public async Task Timer_ExpiryMovedLater_KeepsTheStashUntilThen()
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, ("a", 9));
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Ttl - TimeSpan.FromTicks(1));
            Assert.True((await engine.TouchAsync(id, 1, Terms)).IsOk);
        }

        _time.Advance(Ttl - TimeSpan.FromTicks(1));
        Assert.Equal((1, 10), Held());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), Held());
    }

    [Theory]
    [InlineData("touch")]
    [InlineData("open")]
    [InlineData("write")]
    public async Task Timer_ExpiryMovedEarlier_DropsTheStashThenAndNotAtTheFormerExpiry(string access)
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, TimeSpan.FromDays(1), ("a", 9));
        switch (access)
        {
            case "touch": await engine.TouchAsync(id, 1, Terms); break;
            case "open": await engine.OpenAsync(id, StashOpenMode.Own, Terms); break;
            case "write": await WriteAsync(id, 1, ("a", 9)); break;
            default: throw new ArgumentException(access, nameof(access));
        }

        _time.Advance(Ttl + TimeSpan.FromMinutes(1));

        Assert.Equal((0, 0), Held());
    }

    [Fact]
    public async Task Timer_ExpiryMovedEarlierAndLaterAgain_DropsAtTheLast()
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, TimeSpan.FromDays(1), ("a", 9));
        await engine.TouchAsync(id, 1, Terms);
        await engine.TouchAsync(id, 1, new StashTerms(TimeSpan.FromDays(2)));
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        Assert.Equal((1, 10), Held());

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal((0, 0), Held());
    }

    [Fact]
    public async Task Timer_AfterDispose_DoesNotRun()
    {
        var engine = Engine();
        await WriteAsync(StashId.New(), 0, ("a", 9));

        engine.Dispose();
        _time.Advance(Ttl * 2);

        Assert.Equal((1, 10), Held());
        Assert.Equal(1, engine.Sweep());
    }

    [Fact]
    public async Task ExpiryQueue_ManyStashesMadeAndCleared_DoesNotKeepThem()
    {
        var engine = Engine();
        var kept = StashId.New();
        await WriteAsync(kept, 0, ("a", 9));
        for (var i = 0; i < 10_000; i++)
        {
            var id = StashId.New();
            await WriteAsync(id, 0, StashTerms.MaxTimeToLive, ("a", 9));
            await engine.ClearAsync(id, 1);
        }

        Assert.Equal((1, 10), Held());
        Assert.InRange(engine.QueuedExpiries, 1, 1000);
        _time.Advance(Ttl);
        Assert.Equal((0, 0), Held());
    }

    [Fact]
    public async Task ExpiryQueue_TermsGoingUpAndDown_DoesNotGrow()
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, ("a", 9));
        for (var i = 10_000; i > 0; i--)
        {
            await engine.TouchAsync(id, 1, new StashTerms(TimeSpan.FromDays(1)));
            await engine.TouchAsync(id, 1, new StashTerms(TimeSpan.FromHours(1) + TimeSpan.FromTicks(i)));
        }

        Assert.InRange(engine.QueuedExpiries, 1, 1000);
    }

    [Fact]
    public async Task ExpiryQueue_NodeOvertakenByAnEarlierOne_IsNotPutBack()
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, TimeSpan.FromSeconds(10), ("a", 9));
        await engine.TouchAsync(id, 1, new StashTerms(TimeSpan.FromSeconds(1)));
        await engine.TouchAsync(id, 1, new StashTerms(TimeSpan.FromSeconds(20)));
        Assert.Equal(2, engine.QueuedExpiries);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, engine.Sweep());
        Assert.Equal(1, engine.QueuedExpiries);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, engine.Sweep());
        Assert.Equal((0, 0), (engine.Count, engine.QueuedExpiries));
    }

    [Fact]
    public async Task Sweep_ClearedStash_DoesNotCountAsDropped()
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, TimeSpan.FromSeconds(1), ("a", 9));
        await WriteAsync(StashId.New(), 0, TimeSpan.FromSeconds(1), ("a", 9));
        await engine.ClearAsync(id, 1);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, engine.Sweep());
        Assert.Equal(0, engine.QueuedExpiries);
    }
}
