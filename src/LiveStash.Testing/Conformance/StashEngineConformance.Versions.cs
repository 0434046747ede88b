using Xunit;

#pragma warning disable CS1591 // The name of a test says what it shows.

namespace LiveStash.Testing;

/// <summary>What a replace asks of the version: one that comes late, after others of its owner, undoes nothing.</summary>
public abstract partial class StashEngineConformance
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public virtual async Task WriteAsync_ReplaceOnAnOlderVersion_VersionMismatchAndChangesNothing(int writes)
    {
        var versions = new List<long> { 0, await CreateAsync(Entry("a", "1")) };
        versions.Add((await DeltaAsync(1, versions[^1], [Entry("a", "2")])).Version);

        var late = await ReplaceAsync(1, versions[writes], Entry("a", "late"), Entry("b", "late"));

        Assert.Equal((StashOutcome.VersionMismatch, versions[^1]), (late.Outcome, late.Version));
        Assert.Equal(versions[^1], (await AssertContentAsync(Entry("a", "2"))).Version);
        Assert.True((await DeltaAsync(1, versions[^1], [Entry("a", "3")])).IsOk);
    }

    [Fact]
    public virtual async Task WriteAsync_ReplaceOnAnyVersion_Replaces()
    {
        var first = await ReplaceAsync(1, StashWrite.AnyVersion, Entry("a", "1"));
        var second = await ReplaceAsync(1, StashWrite.AnyVersion, Entry("b", "2"));

        Assert.Equal((StashOutcome.Ok, StashOutcome.Ok), (first.Outcome, second.Outcome));
        Assert.True(first.Version > 0 && second.Version > first.Version);
        await AssertContentAsync(Entry("b", "2"));
        Assert.Equal(StashOutcome.VersionMismatch, (await DeltaAsync(1, StashWrite.AnyVersion, [Entry("a", "3")])).Outcome);
    }

    [Fact]
    public virtual async Task WriteAsync_ReplaceOfALaterEpochOnAnOlderVersion_Replaces()
    {
        var version = await CreateAsync(Entry("a", "1"));

        var later = await ReplaceAsync(2, 0, Entry("b", "2"));

        Assert.True(later.IsOk && later.Version > version);
        Assert.Equal(2, (await AssertContentAsync(Entry("b", "2"))).Epoch);
    }
}
