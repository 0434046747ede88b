using LiveStash.Records;

namespace LiveStash.Tests.Records;

public sealed partial class StashRecordTests
{
    private static readonly DateTimeOffset Start = new(2031, 2, 3, 4, 5, 6, TimeSpan.FromHours(9));
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly StashTerms Terms = new(Ttl);
    private static readonly StashLimits Limits = new(MaxBytes: 100, MaxEntries: 3);

    [Fact]
    public void Image_OfNewRecord_IsNull() => Assert.Null(new StashRecord().Image);

    [Fact]
    public void Image_OfRecordMadeFromAnImage_IsThatImage()
    {
        var image = Image(epoch: 3, version: 5);
        Assert.Same(image, new StashRecord(image).Image);
    }

    [Fact]
    public void IsLive_AtExpiry_ForgetsTheContent()
    {
        var record = new StashRecord(Image());

        Assert.True(record.IsLive(Start + Ttl - Tick));
        Assert.NotNull(record.Image);
        Assert.False(record.IsLive(Start + Ttl));
        Assert.Null(record.Image);
        Assert.False(record.IsLive(Start));
    }

    [Fact]
    public void IsLive_AtTheSameInstantInAnotherOffset_IsExpired()
    {
        var record = new StashRecord(Image());

        Assert.False(record.IsLive((Start + Ttl).ToOffset(TimeSpan.FromHours(-5))));
    }

    [Fact]
    public void Restore_AfterWrite_TakesTheWriteBack()
    {
        var image = Image(version: 5);
        var record = new StashRecord(image);
        Assert.True(record.Write(Delta(1, 5, Entry("a", 9)), Limits, Start).IsOk);

        record.Restore(image);

        Assert.Same(image, record.Image);
        Assert.Equal([1], image.Entries[0].Value.ToArray());
        Assert.Equal(6, record.Write(Delta(1, 5, Entry("a", 9)), Limits, Start).Version);
    }

    [Fact]
    public void Open_Own_RaisesTheEpochAndStartsTheTimeToLiveAnewWithTheGivenTerms()
    {
        var record = new StashRecord(Image(epoch: 3, version: 5));

        var opened = record.Open(StashOpenMode.Own, new StashTerms(Ttl * 2), Start + Tick);

        Assert.Equal((StashOutcome.Ok, 4, 5), (opened.Outcome, opened.Epoch, opened.Version));
        Assert.Equal("a", Assert.Single(opened.Entries).Name);
        Assert.Equal((4, 5, Ttl * 2, Start + Tick + (Ttl * 2)), Lifetime(record));
    }

    [Fact]
    public void Open_Read_ChangesNothing()
    {
        var image = Image(epoch: 3, version: 5);
        var record = new StashRecord(image);

        var opened = record.Open(StashOpenMode.Read, new StashTerms(Ttl * 2), Start + Tick);

        Assert.Equal((StashOutcome.Ok, 3, 5), (opened.Outcome, opened.Epoch, opened.Version));
        Assert.Equal("a", Assert.Single(opened.Entries).Name);
        Assert.Same(image, record.Image);
    }

    [Theory]
    [InlineData(StashOpenMode.Own)]
    [InlineData(StashOpenMode.Read)]
    public void Open_AbsentOrExpired_NotFoundWithoutEntries(StashOpenMode mode)
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            var opened = record.Open(mode, Terms, now);
            Assert.Equal((StashOutcome.NotFound, 0, 0), (opened.Outcome, opened.Epoch, opened.Version));
            Assert.Empty(opened.Entries);
            Assert.Null(record.Image);
        }
    }

    [Fact]
    public void Write_ReplaceWhereThereIsNone_MakesTheStash()
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            var result = record.Write(Replace(1, 0, Entry("b", 1, 2), Entry("a")), Limits, now);

            Assert.Equal(new StashResult(StashOutcome.Ok, 1), result);
            Assert.Equal((1, 1, Ttl, now + Ttl), Lifetime(record));
            Assert.Equal(["a", "b"], record.Image!.Entries.Select(entry => entry.Name));
            Assert.Equal(4, record.Image.Size);
        }
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    public void Write_ReplaceWhereThereIsNone_TakesTheWritersEpochButAtLeastOne(long given, long expected)
    {
        var record = new StashRecord();

        Assert.True(record.Write(Replace(given, 0), Limits, Start).IsOk);

        Assert.Equal(expected, record.Image!.Epoch);
    }

    [Fact]
    public void Write_ReplaceWhereThereIsNone_GoesOnFromTheVersionTheWriterKnows()
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            Assert.Equal(42, record.Write(Replace(1, 41), Limits, now).Version);
        }
    }

    [Fact]
    public void Write_DeltaWhereThereIsNone_NotFound()
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            Assert.Equal(StashOutcome.NotFound, record.Write(Delta(1, 1, Entry("a", 1)), Limits, now).Outcome);
            Assert.Null(record.Image);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_WithOlderEpoch_SupersededBeforeAnyOtherReason(bool replace)
    {
        var image = Image(epoch: 3, version: 5);
        var record = new StashRecord(image);
        var tooLargeOnAnotherVersion = new StashWrite { Epoch = 2, BaseVersion = 1, Replace = replace, Changed = [Entry("b", new byte[500])], Terms = Terms };

        var result = record.Write(tooLargeOnAnotherVersion, Limits, Start);

        Assert.Equal((StashOutcome.Superseded, 5), (result.Outcome, result.Version));
        Assert.Equal("Epoch 2 was followed by epoch 3.", result.Detail);
        Assert.Same(image, record.Image);
    }

    [Fact]
    public void Write_WithHigherEpoch_AdoptsIt()
    {
        var record = new StashRecord(Image(epoch: 3, version: 5));

        Assert.True(record.Write(Delta(9, 5), Limits, Start).IsOk);

        Assert.Equal((9, 6), (record.Image!.Epoch, record.Image.Version));
    }

    [Fact]
    public void Write_Accepted_StartsTheTimeToLiveAnewWithTheGivenTerms()
    {
        var record = new StashRecord(Image(version: 5));

        Assert.True(record.Write(Delta(1, 5) with { Terms = new StashTerms(Ttl / 2) }, Limits, Start + Tick).IsOk);

        Assert.Equal((1, 6, Ttl / 2, Start + Tick + (Ttl / 2)), Lifetime(record));
    }

    [Fact]
    public void Write_Accepted_LeavesTheFormerImageAsItWas()
    {
        var former = Image(version: 5);
        var record = new StashRecord(former);

        Assert.True(record.Write(Delta(1, 5, Entry("a", 9), Entry("b")), Limits, Start).IsOk);

        Assert.Equal([1], Assert.Single(former.Entries).Value.ToArray());
        Assert.Equal((1, 5, Ttl, Start + Ttl), (former.Epoch, former.Version, former.TimeToLive, former.ExpiresAt));
    }

    [Theory]
    [InlineData(99, StashOutcome.Ok)] // 99 bytes and a name of one character: the limit of 100 exactly
    [InlineData(100, StashOutcome.TooLarge)]
    public void Write_AtTheLimitOfBytes_CountsValuesAndNames(int bytes, StashOutcome expected)
    {
        Assert.Equal(expected, new StashRecord().Write(Replace(1, 0, new StashEntry("a", new byte[bytes])), Limits, Start).Outcome);
        Assert.Equal(expected, new StashRecord(Image(version: 5)).Write(Delta(1, 5, new StashEntry("a", new byte[bytes])), Limits, Start).Outcome);
    }

    [Theory]
    [InlineData(3, StashOutcome.Ok)]
    [InlineData(4, StashOutcome.TooLarge)]
    public void Write_AtTheLimitOfEntries_CountsThem(int count, StashOutcome expected)
    {
        StashEntry[] entries = [.. Enumerable.Range(0, count).Select(i => Entry($"{i}"))];

        Assert.Equal(expected, new StashRecord().Write(Replace(1, 0, entries), Limits, Start).Outcome);
    }

    [Fact]
    public void Write_TooLarge_ChangesNothingAndTellsTheNumbers()
    {
        var image = Image(version: 5);
        var record = new StashRecord(image);

        var result = record.Write(Delta(1, 5, new StashEntry("bb", new byte[200])), Limits, Start + Tick);

        Assert.Equal((StashOutcome.TooLarge, 5), (result.Outcome, result.Version));
        Assert.Equal("The stash would have 204 bytes in 2 entries; the limits are 100 bytes and 3 entries.", result.Detail);
        Assert.Same(image, record.Image);
    }

    [Fact]
    public void Write_TooLargeWhereThereIsNone_MakesNothing()
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            var result = record.Write(Replace(1, 7, new StashEntry("a", new byte[200])), Limits, now);
            Assert.Equal((StashOutcome.TooLarge, 0), (result.Outcome, result.Version));
            Assert.Null(record.Image);
        }
    }

    [Fact]
    public void Write_DeltaThatMakesRoomAndUsesIt_IsOk()
    {
        var record = new StashRecord();
        var version = record.Write(Replace(1, 0, new StashEntry("a", new byte[90])), Limits, Start).Version;

        Assert.True(record.Write(new() { Epoch = 1, BaseVersion = version, Removed = ["a"], Changed = [new("b", new byte[90])], Terms = Terms }, Limits, Start).IsOk);

        Assert.Equal(91, record.Image!.Size);
    }

    [Fact]
    public void Touch_ByTheOwner_StartsTheTimeToLiveAnewAndKeepsContentAndVersion()
    {
        var image = Image(epoch: 3, version: 5);
        var record = new StashRecord(image);

        Assert.Equal(new StashResult(StashOutcome.Ok, 5), record.Touch(3, new StashTerms(Ttl * 3), Start + Tick));

        Assert.Equal((3, 5, Ttl * 3, Start + Tick + (Ttl * 3)), Lifetime(record));
        Assert.Same(image.Entries, record.Image!.Entries);
    }

    [Fact]
    public void Touch_WithOlderEpoch_SupersededAndDoesNotExtend()
    {
        var image = Image(epoch: 3);
        var record = new StashRecord(image);

        Assert.Equal(StashOutcome.Superseded, record.Touch(2, Terms, Start + Tick).Outcome);

        Assert.Same(image, record.Image);
    }

    [Fact]
    public void Touch_WithHigherEpoch_AdoptsIt()
    {
        var record = new StashRecord(Image(epoch: 3));

        Assert.True(record.Touch(9, Terms, Start).IsOk);

        Assert.Equal(9, record.Image!.Epoch);
    }

    [Fact]
    public void Touch_AbsentOrExpired_NotFound()
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            Assert.Equal(StashOutcome.NotFound, record.Touch(1, Terms, now).Outcome);
            Assert.Null(record.Image);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void Clear_ByTheOwnerOrALaterOne_Removes(long epoch)
    {
        var record = new StashRecord(Image(epoch: 3));

        Assert.Equal(new StashResult(StashOutcome.Ok), record.Clear(epoch, Start));

        Assert.Null(record.Image);
    }

    [Fact]
    public void Clear_WithOlderEpoch_SupersededAndKeepsTheContent()
    {
        var image = Image(epoch: 3);
        var record = new StashRecord(image);

        Assert.Equal(StashOutcome.Superseded, record.Clear(2, Start).Outcome);

        Assert.Same(image, record.Image);
    }

    [Fact]
    public void Clear_AbsentOrExpired_OkWithAnyEpoch()
    {
        foreach (var record in AbsentAndExpired(out var now))
        {
            Assert.True(record.Clear(0, now).IsOk);
            Assert.Null(record.Image);
        }
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData((3650 * TimeSpan.TicksPerDay) + 1)]
    public void AnyRule_WithInvalidTimeToLive_ThrowsAndChangesNothing(long ticks)
    {
        var terms = new StashTerms(TimeSpan.FromTicks(ticks));
        foreach (var image in new[] { null, Image(version: 5) })
        {
            var record = new StashRecord(image);
            Assert.Throws<ArgumentOutOfRangeException>("TimeToLive", () => record.Open(StashOpenMode.Own, terms, Start));
            Assert.Throws<ArgumentOutOfRangeException>("TimeToLive", () => record.Open(StashOpenMode.Read, terms, Start));
            Assert.Throws<ArgumentOutOfRangeException>("TimeToLive", () => record.Write(Replace(1, 0) with { Terms = terms }, Limits, Start));
            Assert.Throws<ArgumentOutOfRangeException>("TimeToLive", () => record.Touch(1, terms, Start));
            Assert.Same(image, record.Image);
        }
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(3650 * TimeSpan.TicksPerDay)]
    public void Write_WithTheShortestAndTheLongestTimeToLive_IsKeptThatLong(long ticks)
    {
        var record = new StashRecord();

        Assert.True(record.Write(Replace(1, 0) with { Terms = new StashTerms(TimeSpan.FromTicks(ticks)) }, Limits, Start).IsOk);

        Assert.True(record.IsLive(Start.AddTicks(ticks - 1)));
        Assert.False(record.IsLive(Start.AddTicks(ticks)));
    }

    private static StashRecord[] AbsentAndExpired(out DateTimeOffset now)
    {
        now = Start + Ttl;
        return [new(), new(Image(epoch: 7, version: 70))];
    }

    private static StashImage Image(long epoch = 1, long version = 1) => new(epoch, version, Ttl, Start + Ttl, [Entry("a", 1)], 2);

    private static StashEntry Entry(string name, params byte[] value) => new(name, value);

    private static StashWrite Replace(long epoch, long baseVersion, params StashEntry[] entries) =>
        new() { Epoch = epoch, BaseVersion = baseVersion, Replace = true, Changed = entries, Terms = Terms };

    private static StashWrite Delta(long epoch, long baseVersion, params StashEntry[] changed) =>
        new() { Epoch = epoch, BaseVersion = baseVersion, Changed = changed, Terms = Terms };

    private static (long Epoch, long Version, TimeSpan TimeToLive, DateTimeOffset ExpiresAt) Lifetime(StashRecord record) =>
        (record.Image!.Epoch, record.Image.Version, record.Image.TimeToLive, record.Image.ExpiresAt);
}
