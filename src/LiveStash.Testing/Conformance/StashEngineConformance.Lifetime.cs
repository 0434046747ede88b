using Xunit;

#pragma warning disable CS1591 // The name of a test says what it shows.

namespace LiveStash.Testing;

/// <summary>Time to live and clear.</summary>
public abstract partial class StashEngineConformance
{
    [Theory]
    [InlineData("own")]
    [InlineData("read")]
    [InlineData("delta")]
    [InlineData("touch")]
    public virtual async Task AnyAccess_AtExpiry_ThereOneTickBeforeAndNotFoundThen(string access)
    {
        var version = await CreateAsync(Entry("a", "1"));
        Time.Advance(Ttl - Tick);
        Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);
        Assert.Equal(StashOutcome.Ok, await AccessAsync(access, 1, version));

        // The access extended the life, moved the epoch or raised the version: begin anew to meet the moment itself.
        version = (await ReplaceAsync(9, 0, Entry("a", "1"))).Version;
        Time.Advance(Ttl);
        Assert.Equal(StashOutcome.NotFound, await AccessAsync(access, 9, version));
        await AssertGoneAsync();
    }

    [Theory]
    [InlineData("own")]
    [InlineData("delta")]
    [InlineData("replace")]
    [InlineData("touch")]
    public virtual async Task AnyAccess_BeforeExpiry_ExtendsByTheWholeTimeToLive(string access)
    {
        var version = await CreateAsync(Entry("a", "1"));
        Time.Advance(Ttl - Tick);
        Assert.Equal(StashOutcome.Ok, await AccessAsync(access, 1, version));

        Time.Advance(Ttl - Tick);
        Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);
        Time.Advance(Tick);
        await AssertGoneAsync();
    }

    [Theory]
    [InlineData("own")]
    [InlineData("delta")]
    [InlineData("replace")]
    [InlineData("touch")]
    public virtual async Task AnyAccess_WithOtherTerms_CountsByTheNewTerms(string access)
    {
        var version = await CreateAsync(Entry("a", "1"));
        var shorter = TimeSpan.FromMinutes(2);
        Assert.Equal(StashOutcome.Ok, await AccessAsync(access, 1, version, new StashTerms(shorter)));

        Time.Advance(shorter - Tick);
        Assert.Equal(StashOutcome.Ok, (await Engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);
        Time.Advance(Tick);
        await AssertGoneAsync();
    }

    [Fact]
    public virtual async Task TouchAsync_BySupersededOwner_DoesNotExtend()
    {
        await CreateAsync(Entry("a", "1"));
        await Engine.OpenAsync(_id, StashOpenMode.Own, Terms);
        Time.Advance(Ttl - Tick);

        Assert.Equal(StashOutcome.Superseded, (await Engine.TouchAsync(_id, 1, Terms)).Outcome);

        Time.Advance(Tick);
        await AssertGoneAsync();
    }

    [Fact]
    public virtual async Task ClearAsync_ByTheOwner_IsGoneAndClearAgainIsOk()
    {
        await CreateAsync(Entry("a", "1"));

        Assert.True((await Engine.ClearAsync(_id, 1)).IsOk);

        await AssertGoneAsync();
        Assert.True((await Engine.ClearAsync(_id, 1)).IsOk);
        Assert.True((await Engine.ClearAsync(StashId.New(), 1)).IsOk);
    }

    [Theory]
    [InlineData(0L, true)]
    [InlineData(-1L, true)]
    [InlineData(3650 * TimeSpan.TicksPerDay + 1, true)]
    [InlineData(0L, false)]
    public virtual async Task AnyCall_WithInvalidTimeToLive_ThrowsArgumentOutOfRange(long ticks, bool known)
    {
        var version = known ? await CreateAsync(Entry("a", "1")) : 0;
        var terms = new StashTerms(TimeSpan.FromTicks(ticks));

        foreach (var access in new[] { "own", "read", "delta", "replace", "touch" })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AccessAsync(access, 1, version, terms));
        }

        if (known)
        {
            var opened = await AssertContentAsync(Entry("a", "1"));
            Assert.Equal((1, version), (opened.Epoch, opened.Version));
        }
        else
        {
            await AssertGoneAsync();
        }
    }

    private async Task<StashOutcome> AccessAsync(string access, long epoch, long version, StashTerms? given = null)
    {
        var terms = given ?? Terms;
        var write = new StashWrite { Epoch = epoch, BaseVersion = version, Replace = access == "replace", Changed = [Entry("a", "2")], Terms = terms };
        return access switch
        {
            "own" => (await Engine.OpenAsync(_id, StashOpenMode.Own, terms)).Outcome,
            "read" => (await Engine.OpenAsync(_id, StashOpenMode.Read, terms)).Outcome,
            "delta" or "replace" => (await Engine.WriteAsync(_id, write)).Outcome,
            "touch" => (await Engine.TouchAsync(_id, epoch, terms)).Outcome,
            _ => throw new ArgumentException(access, nameof(access)),
        };
    }
}
