using Xunit;

#pragma warning disable CS1591 // The name of a test says what it shows.

namespace LiveStash.Testing;

/// <summary>What many share, as in a cache: use, and a lifetime.</summary>
public abstract partial class StashEngineConformance
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(25);

    [Theory]
    [InlineData(StashOpenMode.Use)]
    [InlineData(StashOpenMode.Prolong)]
    public virtual async Task OpenAsync_UseOrProlongOfUnknown_NotFoundAndMakesNothing(StashOpenMode mode)
    {
        Assert.Equal(StashOutcome.NotFound, (await Engine.OpenAsync(_id, mode, Terms)).Outcome);
        await AssertGoneAsync();
    }

    [Theory]
    [InlineData(StashOpenMode.Use, 1)]
    [InlineData(StashOpenMode.Prolong, 0)]
    public virtual async Task OpenAsync_UseOrProlong_StartsItsOwnTimeToLiveAndLeavesTheOwner(StashOpenMode mode, int entries)
    {
        var version = await CreateAsync(Entry("a", "1"));
        Time.Advance(Ttl - Tick);

        var used = await Engine.OpenAsync(_id, mode, new(TimeSpan.FromDays(1)) { Lifetime = Tick });
        Assert.Equal((StashOutcome.Ok, 1, version, entries), (used.Outcome, used.Epoch, used.Version, used.Entries.Count));

        Time.Advance(Ttl - Tick);
        await AssertContentAsync(Entry("a", "1"));
        Assert.True((await DeltaAsync(1, version, [Entry("a", "2")])).IsOk);
        Time.Advance(Ttl);
        await AssertGoneAsync();
    }

    [Theory]
    [InlineData(StashOpenMode.Use)]
    [InlineData(StashOpenMode.Prolong)]
    public virtual async Task OpenAsync_UseOrProlongAgainAndAgain_EndsWithTheLifetime(StashOpenMode mode)
    {
        Assert.True((await WriteAsync(new(Ttl) { Lifetime = Lifetime })).IsOk);
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(Lifetime / 4);
            Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, mode, Terms)).Outcome);
        }

        Time.Advance((Lifetime / 4) - Tick);
        Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, mode, Terms)).Outcome);
        Time.Advance(Tick);
        Assert.Equal(StashOutcome.NotFound, (await Engine.OpenAsync(_id, mode, Terms)).Outcome);
        await AssertGoneAsync();
    }

    [Fact]
    public virtual async Task WriteAsync_TimeToLiveLongerThanTheLifetime_EndsWithTheLifetime()
    {
        Assert.True((await WriteAsync(new(Ttl) { Lifetime = Ttl / 2 })).IsOk);
        Time.Advance((Ttl / 2) - Tick);
        await AssertContentAsync(Entry("a", "1"));
        Time.Advance(Tick);
        await AssertGoneAsync();
    }

    [Theory]
    [InlineData("own")]
    [InlineData("replace")]
    [InlineData("touch")]
    public virtual async Task AnyAccess_WithTermsWithoutLifetime_IsBoundNoMore(string access)
    {
        var version = (await WriteAsync(new(Ttl) { Lifetime = Ttl / 2 })).Version;
        Assert.Equal(StashOutcome.Ok, await AccessAsync(access, 1, version));
        Time.Advance(Ttl - Tick);
        Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, StashOpenMode.Use, Terms)).Outcome);
        Time.Advance(Ttl - Tick);
        Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(3650 * TimeSpan.TicksPerDay + 1)]
    public virtual async Task AnyCall_WithInvalidLifetime_ThrowsArgumentOutOfRange(long ticks)
    {
        var version = await CreateAsync(Entry("a", "1"));
        foreach (var access in new[] { "own", "read", "delta", "replace", "touch" })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AccessAsync(access, 1, version, new(Ttl) { Lifetime = TimeSpan.FromTicks(ticks) }));
        }
    }

    private ValueTask<StashResult> WriteAsync(StashTerms terms) =>
        Engine.WriteAsync(_id, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [Entry("a", "1")], Terms = terms });
}
