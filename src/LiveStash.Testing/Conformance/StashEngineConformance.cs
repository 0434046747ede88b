using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

#pragma warning disable CS1591 // The name of a test says what it shows.

namespace LiveStash.Testing;

/// <summary>
/// What every engine has to do, told in terms of <see cref="IStashEngine"/> alone, for xunit 2. Derive a class, make the engine on
/// <see cref="Time"/> with the default <see cref="LiveStashOptions"/>. An engine that cannot do one of these overrides the test with
/// a <c>[Fact(Skip = "why")]</c>. Each test has its own ids, so engines may share a store and a clock.
/// </summary>
public abstract partial class StashEngineConformance : IAsyncLifetime
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly StashTerms Terms = new(Ttl);

    private readonly StashId _id = StashId.New();

    /// <summary>Makes the suite.</summary>
    /// <param name="time">A clock shared with a fixture; by default each test gets its own.</param>
    protected StashEngineConformance(FakeTimeProvider? time = null) =>
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    /// <summary>The clock by which stashes expire.</summary>
    protected FakeTimeProvider Time { get; }

    /// <summary>How large the largest value is that comes back byte for byte.</summary>
    protected virtual int LargePayloadBytes => 200 * 1024;

    /// <summary>How many calls are made at once. Lower it where the last of so many would be answered too late.</summary>
    protected virtual int ConcurrentWriters => 100;

    private IStashEngine Engine { get; set; } = null!;

    public virtual async Task InitializeAsync() => Engine = await CreateEngineAsync();

    public virtual async Task DisposeAsync()
    {
        if (Engine is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            (Engine as IDisposable)?.Dispose();
        }
    }

    /// <summary>Makes the engine of one test, or gives it one that tests share. Disposed of after the test if it is disposable.</summary>
    protected abstract ValueTask<IStashEngine> CreateEngineAsync();

    [Theory]
    [InlineData(StashOpenMode.Own)]
    [InlineData(StashOpenMode.Read)]
    public virtual async Task OpenAsync_UnknownId_NotFoundAndMakesNothing(StashOpenMode mode)
    {
        var opened = await Engine.OpenAsync(_id, mode, Terms);
        Assert.Equal(StashOutcome.NotFound, opened.Outcome);
        Assert.Empty(opened.Entries);

        Assert.Equal(StashOutcome.NotFound, (await Engine.OpenAsync(_id, mode, Terms)).Outcome);
        Assert.Equal(StashOutcome.NotFound, (await DeltaAsync(1, 0, [Entry("a", "1")])).Outcome);
        Assert.Equal(StashOutcome.NotFound, (await Engine.TouchAsync(_id, 1, Terms)).Outcome);
    }

    [Fact]
    public virtual async Task WriteAsync_ReplaceOfUnknown_CreatesAtEpochOne()
    {
        var version = await CreateAsync(Entry("b", "2"), Entry("a", "1"));

        Assert.True(version > 0);
        var opened = await AssertContentAsync(Entry("a", "1"), Entry("b", "2"));
        Assert.Equal((1, version), (opened.Epoch, opened.Version));
    }

    [Fact]
    public virtual async Task WriteAsync_ReplaceOfKnown_LeavesOnlyTheNewContent()
    {
        var version = await CreateAsync(Entry("a", "1"), Entry("b", "2"));

        var result = await ReplaceAsync(1, version, Entry("c", "3"));

        Assert.True(result.IsOk);
        Assert.True(result.Version > version);
        await AssertContentAsync(Entry("c", "3"));
    }

    [Fact]
    public virtual async Task WriteAsync_ReplaceWithoutEntries_IsAStashWithoutContent()
    {
        await CreateAsync();

        var opened = await AssertContentAsync();
        Assert.True(opened.Version > 0);
    }

    [Fact]
    public virtual async Task WriteAsync_Delta_AddsOverwritesAndRemoves()
    {
        var version = await CreateAsync(Entry("keep", "1"), Entry("over", "2"), Entry("gone", "3"));

        var result = await DeltaAsync(1, version, [Entry("over", "22"), Entry("new", "4")], ["gone", "never-there"]);

        Assert.True(result.IsOk);
        Assert.True(result.Version > version);
        var opened = await AssertContentAsync(Entry("keep", "1"), Entry("new", "4"), Entry("over", "22"));
        Assert.Equal(result.Version, opened.Version);
    }

    [Fact]
    public virtual async Task WriteAsync_SameNameRemovedAndChanged_IsThereWithTheNewValue()
    {
        var version = await CreateAsync(Entry("a", "old"), Entry("b", "2"));

        Assert.True((await DeltaAsync(1, version, [Entry("a", "new")], ["a"])).IsOk);

        await AssertContentAsync(Entry("a", "new"), Entry("b", "2"));
    }

    [Fact]
    public virtual async Task WriteAsync_DeltaOnMissing_NotFoundAndMakesNothing()
    {
        Assert.Equal(StashOutcome.NotFound, (await DeltaAsync(1, 0, [Entry("a", "1")])).Outcome);
        await AssertGoneAsync();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    public virtual async Task WriteAsync_DeltaOnAnotherVersion_VersionMismatchUntilReplace(int off)
    {
        var first = await CreateAsync(Entry("a", "1"));
        var version = (await DeltaAsync(1, first, [Entry("a", "2")])).Version;

        var refused = await DeltaAsync(1, version + off, [Entry("a", "3"), Entry("b", "3")], ["a"]);

        Assert.Equal((StashOutcome.VersionMismatch, version), (refused.Outcome, refused.Version));
        Assert.Equal(version, (await AssertContentAsync(Entry("a", "2"))).Version);

        var settled = await ReplaceAsync(1, refused.Version, Entry("a", "4"));
        Assert.True(settled.IsOk);
        Assert.True(settled.Version > version);
        Assert.True((await DeltaAsync(1, settled.Version, [Entry("b", "5")])).IsOk);
        await AssertContentAsync(Entry("a", "4"), Entry("b", "5"));
    }

    [Fact]
    public virtual async Task OpenAsync_Own_RaisesTheEpochAndTheFormerOwnerIsSuperseded()
    {
        var version = await CreateAsync(Entry("a", "1"));

        var second = await Engine.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((StashOutcome.Ok, 2, version), (second.Outcome, second.Epoch, second.Version));

        Assert.Equal(StashOutcome.Superseded, (await DeltaAsync(1, version, [Entry("a", "zombie")])).Outcome);
        Assert.Equal(StashOutcome.Superseded, (await ReplaceAsync(1, version, Entry("a", "zombie"))).Outcome);
        Assert.Equal(StashOutcome.Superseded, (await Engine.TouchAsync(_id, 1, Terms)).Outcome);
        Assert.Equal(StashOutcome.Superseded, (await Engine.ClearAsync(_id, 1)).Outcome);

        var after = await AssertContentAsync(Entry("a", "1"));
        Assert.Equal((2, version), (after.Epoch, after.Version));
        Assert.True((await DeltaAsync(2, version, [Entry("a", "2")])).IsOk);
    }

    [Fact]
    public virtual async Task OpenAsync_Read_LeavesTheOwner()
    {
        var version = await CreateAsync(Entry("a", "1"));

        Assert.Equal(1, (await Engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Epoch);

        Assert.True((await DeltaAsync(1, version, [Entry("a", "2")])).IsOk);
        Assert.Equal(1, (await AssertContentAsync(Entry("a", "2"))).Epoch);
    }

    [Fact]
    public virtual async Task WriteAsync_HigherEpochThanTheRecords_IsAdopted()
    {
        var version = await CreateAsync(Entry("a", "1"));

        Assert.True((await DeltaAsync(7, version, [Entry("a", "2")])).IsOk);

        Assert.Equal(7, (await AssertContentAsync(Entry("a", "2"))).Epoch);
        Assert.Equal(StashOutcome.Superseded, (await ReplaceAsync(6, 0, Entry("a", "3"))).Outcome);
        Assert.Equal(8, (await Engine.OpenAsync(_id, StashOpenMode.Own, Terms)).Epoch);
    }

    [Fact]
    public virtual async Task WriteAsync_TooManyBytes_TooLargeAndKeepsTheFormerContent()
    {
        var version = await CreateAsync(Entry("a", "1"));
        var large = new StashEntry("b", new byte[LiveStashOptions.DefaultMaxStashBytes - 2]);

        Assert.Equal(StashOutcome.TooLarge, (await DeltaAsync(1, version, [large])).Outcome);
        Assert.Equal(StashOutcome.TooLarge, (await ReplaceAsync(1, version, large, Entry("a", "1"))).Outcome);

        Assert.Equal(version, (await AssertContentAsync(Entry("a", "1"))).Version);
        Assert.True((await DeltaAsync(1, version, [Entry("b", "2")])).IsOk);
    }

    [Fact]
    public virtual async Task WriteAsync_TooManyBytesForANewStash_TooLargeAndMakesNothing()
    {
        var refused = await ReplaceAsync(1, 0, new StashEntry("a", new byte[LiveStashOptions.DefaultMaxStashBytes]));

        Assert.Equal(StashOutcome.TooLarge, refused.Outcome);
        await AssertGoneAsync();
    }

    [Fact]
    public virtual async Task WriteAsync_TooManyEntries_TooLargeAndKeepsTheFormerContent()
    {
        var most = new LiveStashOptions().MaxStashEntries;
        var version = await CreateAsync([.. Enumerable.Range(0, most).Select(i => Entry($"{i:D5}", ""))]);

        Assert.Equal(StashOutcome.TooLarge, (await DeltaAsync(1, version, [Entry("one more", "")])).Outcome);

        var opened = await Engine.OpenAsync(_id, StashOpenMode.Read, Terms);
        Assert.Equal((version, most), (opened.Version, opened.Entries.Count));
        Assert.True((await DeltaAsync(1, version, [Entry("one more", "")], ["00000"])).IsOk);
    }

    [Fact]
    public virtual async Task WriteAsync_AnyWay_RaisesTheVersionOfTheStash()
    {
        var versions = new List<long> { 0, await CreateAsync(Entry("a", "1")) };
        versions.Add((await ReplaceAsync(1, StashWrite.AnyVersion, Entry("a", "2"))).Version);
        versions.Add((await ReplaceAsync(1, versions[^1], Entry("a", "2"))).Version);
        versions.Add((await DeltaAsync(1, versions[^1], [])).Version);
        await Engine.ClearAsync(_id, 1);
        versions.Add((await ReplaceAsync(1, versions[^1], Entry("a", "3"))).Version);
        Time.Advance(Ttl);
        versions.Add((await ReplaceAsync(1, versions[^1], Entry("a", "4"))).Version);

        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Fact]
    public virtual async Task AnyRefusal_InItsDetail_HoldsNoIdAndNoContent()
    {
        var version = await CreateAsync(Entry("secret-name", "secret-value"));
        var large = new StashEntry("secret-name", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("secret-value", 30_000))));
        await Engine.OpenAsync(_id, StashOpenMode.Own, Terms);

        StashResult[] refusals =
        [
            await DeltaAsync(1, version, [large]),
            await DeltaAsync(2, version + 1, [large]),
            await DeltaAsync(2, version, [large]),
            await Engine.TouchAsync(_id, 1, Terms),
            await Engine.ClearAsync(_id, 1),
        ];

        Assert.Equal(
            [StashOutcome.Superseded, StashOutcome.VersionMismatch, StashOutcome.TooLarge, StashOutcome.Superseded, StashOutcome.Superseded],
            refusals.Select(refusal => refusal.Outcome));
        Assert.All(refusals, refusal => Assert.False(string.IsNullOrEmpty(refusal.Detail)));
        Assert.All(refusals, refusal => Assert.DoesNotContain("secret", refusal.Detail, StringComparison.Ordinal));
        Assert.All(refusals, refusal => Assert.DoesNotContain(_id.ToString(), refusal.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public virtual async Task WriteAsync_LargeBinaryPayload_ComesBackByteForByte()
    {
        var bytes = new byte[LargePayloadBytes];
        new Random(20310203).NextBytes(bytes);
        var version = await CreateAsync(new StashEntry("large", bytes), new StashEntry("empty", default));

        await AssertContentAsync(new StashEntry("empty", default), new StashEntry("large", bytes));

        // A delta next to it does not disturb it.
        Assert.True((await DeltaAsync(1, version, [Entry("small", "1")])).IsOk);
        await AssertContentAsync(new StashEntry("empty", default), new StashEntry("large", bytes), Entry("small", "1"));
    }

    [Fact]
    public virtual async Task WriteAsync_NamesOfAnyUnicode_AreKeptApartOrdinally()
    {
        string[] names = ["a", "A", "\u00e9", "e\u0301", "ß", "ss", "İ", "i", "日本語", "שלום", "👩‍👩‍👧", "\0", "\n", " ", "a b", "/..\\", "\"'<>&", "\uFEFFa"];
        var entries = names.Select((name, i) => Entry(name, $"{i}")).ToArray();
        var version = await CreateAsync(entries);
        Assert.True((await DeltaAsync(1, version, [Entry("A", "new")], ["\u00e9"])).IsOk);

        await AssertContentAsync([.. entries.Where(entry => entry.Name is not ("A" or "\u00e9")), Entry("A", "new")]);
    }

    [Fact]
    public virtual async Task TwoStashes_WithTheSameNames_AreIndependent()
    {
        var other = StashId.New();
        await CreateAsync(Entry("a", "1"));
        await Engine.WriteAsync(other, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [Entry("a", "2")], Terms = Terms });

        await Engine.OpenAsync(other, StashOpenMode.Own, Terms);
        Assert.Equal(1, (await AssertContentAsync(Entry("a", "1"))).Epoch);

        Assert.True((await Engine.ClearAsync(_id, 1)).IsOk);
        var left = await Engine.OpenAsync(other, StashOpenMode.Read, Terms);
        Assert.Equal([("a", "2")], left.Entries.Select(Text));
    }

    [Fact]
    public virtual async Task WriteAsync_ConcurrentDeltasOnOneVersion_ExactlyOneWins()
    {
        var version = await CreateAsync(Entry("winner", "none"));
        for (var round = 0; round < 5; round++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, ConcurrentWriters).Select(writer =>
                Task.Run(async () => await DeltaAsync(1, version, [Entry("winner", $"{writer}")]))));

            var winner = Assert.Single(Enumerable.Range(0, ConcurrentWriters), writer => results[writer].IsOk);
            Assert.All(results.Where(result => !result.IsOk), result => Assert.Equal(StashOutcome.VersionMismatch, result.Outcome));
            version = results[winner].Version;
            Assert.Equal(version, (await AssertContentAsync(Entry("winner", $"{winner}"))).Version);
        }
    }

    [Fact]
    public virtual async Task OpenAsync_ConcurrentOwners_EachHasAnEpochOfItsOwnAndTheHighestWrites()
    {
        var version = await CreateAsync(Entry("a", "1"));

        var opened = await Task.WhenAll(Enumerable.Range(0, ConcurrentWriters).Select(_ =>
            Task.Run(async () => await Engine.OpenAsync(_id, StashOpenMode.Own, Terms))));

        Assert.Equal(Enumerable.Range(2, ConcurrentWriters).Select(epoch => (long)epoch), opened.Select(result => result.Epoch).Order());
        Assert.Equal(StashOutcome.Superseded, (await DeltaAsync(ConcurrentWriters, version, [])).Outcome);
        Assert.True((await DeltaAsync(ConcurrentWriters + 1, version, [])).IsOk);
    }

    [Fact]
    public virtual async Task AnyCall_WithCancelledToken_ThrowsOperationCanceledAndTheEngineWorksOn()
    {
        var version = await CreateAsync(Entry("a", "1"));
        var token = new CancellationToken(canceled: true);
        var write = new StashWrite { Epoch = 1, BaseVersion = version, Changed = [Entry("a", "2")], Terms = Terms };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Engine.OpenAsync(_id, StashOpenMode.Own, Terms, token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Engine.WriteAsync(_id, write, token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Engine.TouchAsync(_id, 1, Terms, token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Engine.ClearAsync(_id, 1, token));

        // Cancelling ends the waiting, not the effect: what is there now is the engine's affair, that it answers is not.
        Assert.True((await ReplaceAsync(9, version, Entry("a", "3"))).IsOk);
        await AssertContentAsync(Entry("a", "3"));
    }

    private static StashEntry Entry(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static (string Name, string Value) Text(StashEntry entry) => (entry.Name, Encoding.UTF8.GetString(entry.Value.Span));

    private async Task<long> CreateAsync(params StashEntry[] entries)
    {
        var result = await ReplaceAsync(1, 0, entries);
        Assert.Equal(StashOutcome.Ok, result.Outcome);
        return result.Version;
    }

    private ValueTask<StashResult> ReplaceAsync(long epoch, long baseVersion, params StashEntry[] entries) =>
        Engine.WriteAsync(_id, new() { Epoch = epoch, BaseVersion = baseVersion, Replace = true, Changed = entries, Terms = Terms });

    private ValueTask<StashResult> DeltaAsync(long epoch, long baseVersion, StashEntry[] changed, params string[] removed) =>
        Engine.WriteAsync(_id, new() { Epoch = epoch, BaseVersion = baseVersion, Changed = changed, Removed = removed, Terms = Terms });

    private async Task AssertGoneAsync() =>
        Assert.Equal(StashOutcome.NotFound, (await Engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);

    /// <summary>The content, by value: an engine behind a wire gives back other objects. Their order is the engine's.</summary>
    private async Task<StashOpenResult> AssertContentAsync(params StashEntry[] expected)
    {
        var opened = await Engine.OpenAsync(_id, StashOpenMode.Read, Terms);
        Assert.Equal(StashOutcome.Ok, opened.Outcome);
        var actual = opened.Entries.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        Assert.Equal(expected.Select(entry => entry.Name).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, entry => Assert.True(entry.Value.Span.SequenceEqual(actual[entry.Name].Span), $"The value of '{entry.Name}' differs."));
        return opened;
    }
}
