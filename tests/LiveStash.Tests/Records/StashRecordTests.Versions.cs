using LiveStash.Records;

namespace LiveStash.Tests.Records;

/// <summary>What a write asks of the version.</summary>
public sealed partial class StashRecordTests
{
    [Theory]
    [InlineData(StashWrite.AnyVersion)]
    [InlineData(-7)]
    public void Write_ReplaceOnAVersionBelowZeroWhereThereIsNone_CountsFromOne(long baseVersion)
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            Assert.Equal(1, record.Write(Replace(1, baseVersion), Limits, now).Version);
        }
    }

    [Theory]
    [InlineData(StashWrite.AnyVersion, 6)]
    [InlineData(5, 6)]
    [InlineData(41, 42)]
    public void Write_ReplaceOfKnown_RaisesTheHigherOfBothVersions(long baseVersion, long expected)
    {
        var record = new StashRecord(Image(version: 5));

        Assert.Equal(new StashResult(StashOutcome.Ok, expected), record.Write(Replace(1, baseVersion, Entry("b", 2)), Limits, Start));

        Assert.Equal(["b"], record.Image!.Entries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(long.MinValue)]
    public void Write_ReplaceOnAnOlderVersionOfTheSameEpoch_VersionMismatchThatTellsTheVersion(long baseVersion)
    {
        var image = Image(epoch: 3, version: 5);
        var record = new StashRecord(image);

        var result = record.Write(Replace(3, baseVersion, Entry("b", 2)), Limits, Start);

        Assert.Equal(
            new StashResult(StashOutcome.VersionMismatch, 5, $"The write builds on version {baseVersion}, the stash is at 5."),
            result);
        Assert.Same(image, record.Image);
    }

    [Theory]
    [InlineData(StashWrite.AnyVersion)]
    [InlineData(0)]
    [InlineData(4)]
    public void Write_ReplaceOfALaterEpochOnAnOlderVersion_Replaces(long baseVersion)
    {
        var record = new StashRecord(Image(epoch: 3, version: 5));

        Assert.Equal(new StashResult(StashOutcome.Ok, 6), record.Write(Replace(4, baseVersion, Entry("b", 2)), Limits, Start));

        Assert.Equal((4, "b"), (record.Image!.Epoch, Assert.Single(record.Image.Entries).Name));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(StashWrite.AnyVersion)]
    public void Write_DeltaOnAnotherVersion_VersionMismatchThatTellsTheVersion(long baseVersion)
    {
        var image = Image(version: 5);
        var record = new StashRecord(image);

        var result = record.Write(Delta(1, baseVersion, Entry("a", 9)), Limits, Start);

        Assert.Equal((StashOutcome.VersionMismatch, 5), (result.Outcome, result.Version));
        Assert.Equal($"The write builds on version {baseVersion}, the stash is at 5.", result.Detail);
        Assert.Same(image, record.Image);
    }
}
