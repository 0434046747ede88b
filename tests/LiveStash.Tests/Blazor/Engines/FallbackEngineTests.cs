using System.Text;
using LiveStash.Engines;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Blazor.Engines;

/// <summary>An engine and the browser's copy. Each instance of the fallback stands for one circuit.</summary>
public sealed partial class FallbackEngineTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(10));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly StashTokens _tokens = TokenParts.Tokens(new EphemeralDataProtectionProvider());
    private readonly MemoryVault _vault = new();
    private readonly LogCollector _logs = new();
    private readonly FaultyStashEngine _engine;
    private readonly StashId _id = StashId.New();

    public FallbackEngineTests() => _engine = new(_time);

    [Fact]
    public async Task OpenAsync_EngineLost_TheCopyIsRecoveredAndWrittenBack()
    {
        var first = await CreateAsync("5");
        _engine.LoseEverything();

        var opened = await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal((StashOutcome.Ok, false, "5"), (opened.Outcome, opened.IsProvisional, Value(opened)));
        Assert.True(opened.Version > first.Version);
        Assert.Equal("5", await EngineValueAsync());
        Assert.Equal((opened.Epoch, opened.Version), ((await _engine.PeekAsync(_id)).Epoch, (await _engine.PeekAsync(_id)).Version));
        Assert.Single(_logs.WithId(1500));
    }

    [Fact]
    public async Task OpenAsync_StaleCopy_TheEngineWins()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "5")).Version;
        _vault.IsGone = true;
        version = (await WriteAsync(circuit, "9", version)).Version;
        _vault.IsGone = false;

        var opened = await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal(("9", version), (Value(opened), opened.Version));

        // And from then on the copy is no stale one any more, though nothing was written.
        _engine.LoseEverything();
        Assert.Equal("9", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task OpenAsync_EngineRolledBack_TheCopyWinsAndIsWrittenBack()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "5")).Version;
        var backup = await _engine.PeekAsync(_id);
        await WriteAsync(circuit, "9", version);
        await _engine.RollBackAsync(_id, backup);

        var opened = await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal("9", Value(opened));
        Assert.Equal("9", await EngineValueAsync());
    }

    [Fact]
    public async Task OpenAsync_EngineRolledBack_TheCircuitOfTheTimeBeforeIsFencedOff()
    {
        await CreateAsync("5");
        var backup = await _engine.PeekAsync(_id);
        var zombie = Circuit();
        var owned = await zombie.OpenAsync(_id, StashOpenMode.Own, Terms);
        var written = await WriteAsync(zombie, "9", owned.Version, owned.Epoch);
        await _engine.RollBackAsync(_id, backup);

        var opened = await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.True(opened.Epoch > owned.Epoch);
        Assert.Equal(StashOutcome.Superseded, (await WriteAsync(zombie, "zombie", written.Version, owned.Epoch)).Outcome);
        Assert.Equal("9", await EngineValueAsync());
    }

    [Fact]
    public async Task OpenAsync_EngineUnavailable_ProvisionalCopyThenWritesGoIntoItUntilTheTakeOver()
    {
        await CreateAsync("5");
        _engine.IsUnavailable = true;
        var circuit = Circuit();
        var opened = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((StashOutcome.Ok, true, "5"), (opened.Outcome, opened.IsProvisional, Value(opened)));

        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(circuit, "6", opened.Version, opened.Epoch)).Outcome);
        Assert.Equal("6", Value(await Circuit().OpenAsync(_id, StashOpenMode.Read, Terms)));
        Assert.Equal(StashOutcome.Unavailable, (await circuit.TouchAsync(_id, opened.Epoch, Terms)).Outcome);

        _engine.IsUnavailable = false;
        Assert.Equal("5", await EngineValueAsync());
        var result = await WriteAsync(circuit, "7", opened.Version, opened.Epoch);
        Assert.Equal((StashOutcome.Ok, "7"), (result.Outcome, await EngineValueAsync()));
        Assert.True((await WriteAsync(circuit, "8", result.Version, opened.Epoch)).IsOk);
        Assert.Equal("8", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    /// <summary>The copy of the last write never came to the browser, and the engine answers again in the middle of a save.</summary>
    [Fact]
    public async Task WriteAsync_EngineIsBackWithMoreThanThePageStartedWith_ItIsNotOverwritten()
    {
        var before = Circuit();
        var version = (await WriteAsync(before, "5")).Version;
        _vault.IsGone = true;
        await WriteAsync(before, "9", version);
        _vault.IsGone = false;
        _engine.IsUnavailable = true;
        var circuit = Circuit();
        var opened = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((true, "5"), (opened.IsProvisional, Value(opened)));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(circuit, "6", opened.Version, opened.Epoch)).Outcome);
        }

        _engine.IsUnavailable = false;
        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(circuit, "6", opened.Version, opened.Epoch)).Outcome);

        Assert.Equal("9", await EngineValueAsync());
        var again = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((false, "9"), (again.IsProvisional, Value(again)));
        Assert.True((await WriteAsync(circuit, "10", again.Version, again.Epoch)).IsOk);
    }

    [Fact]
    public async Task TouchAsync_CopyThatTheBrowserHadNoRoomFor_IsSavedThen()
    {
        var circuit = Circuit();
        _vault.Quota = 0;
        await WriteAsync(circuit, "1");
        _vault.Quota = int.MaxValue;

        await circuit.TouchAsync(_id, 1, Terms);

        _engine.LoseEverything();
        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task WriteAsync_AfterUnavailableAttempts_OvertakesTheCopySoThatNoRevertedValueComesBack()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "1")).Version;
        _engine.IsUnavailable = true;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(circuit, "2", version)).Outcome);
        }

        // The user takes it back; only what the caller last got acknowledged is its base.
        _engine.IsUnavailable = false;
        Assert.True((await WriteAsync(circuit, "1", version)).IsOk);

        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
        _engine.LoseEverything();
        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task WriteAsync_AfterUnavailableAttemptsOfADeltaOnAStashThatWasCleared_MakesNone()
    {
        var zombie = Circuit();
        var version = (await WriteAsync(zombie, "1")).Version;
        _engine.IsUnavailable = true;
        await WriteAsync(zombie, "2", version);
        _engine.IsUnavailable = false;
        var owner = Circuit();
        var opened = await owner.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal(StashOutcome.Superseded, (await WriteAsync(zombie, "2", version)).Outcome);
        await owner.ClearAsync(_id, opened.Epoch);

        Assert.Equal(StashOutcome.NotFound, (await WriteAsync(zombie, "2", version)).Outcome);
        Assert.Null(await _engine.ContentAsync(_id));
        Assert.Equal(0, _vault.Count);
    }

    [Fact]
    public async Task WriteAsync_DeltaAfterAnUnavailableAttemptAndNoAnswerWhetherTheStashIsStillThere_MakesNone()
    {
        var zombie = Circuit();
        var version = (await WriteAsync(zombie, "1")).Version;
        _engine.IsUnavailable = true;
        await WriteAsync(zombie, "2", version);
        (_engine.IsUnavailable, _engine.LosesAnswers) = (false, true);
        _engine.LoseEverything();

        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(zombie, "2", version)).Outcome);

        Assert.Null(await _engine.ContentAsync(_id));
    }

    [Fact]
    public async Task WriteAsync_AfterUnavailableAttemptsWithAnUnreachableCopy_TheEngineWinsOverIt()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "1")).Version;
        _engine.IsUnavailable = true;
        for (var i = 0; i < 5; i++)
        {
            await WriteAsync(circuit, "2", version);
        }

        (_engine.IsUnavailable, _vault.IsGone) = (false, true);
        Assert.True((await WriteAsync(circuit, "3", version)).IsOk);
        _vault.IsGone = false;

        // The copy still holds the 2 of an attempt.
        Assert.Equal("3", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task OpenAsync_AgainWhileTheCopyOfUnavailableAttemptsCannotBeRead_ItDoesNotWinLater()
    {
        await CreateAsync("1");
        var circuit = Circuit();
        _engine.IsUnavailable = true;
        var opened = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        for (var i = 0; i < 5; i++)
        {
            await WriteAsync(circuit, "2", opened.Version, opened.Epoch);
        }

        (_engine.IsUnavailable, _vault.IsGone) = (false, true);
        var again = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal("1", Value(again));
        Assert.True((await WriteAsync(circuit, "3", again.Version, again.Epoch)).IsOk);
        _vault.IsGone = false;

        Assert.Equal("3", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task WriteAsync_EngineUnavailableFromTheFirstOn_TheCopyHasItAndTheEngineGetsItLater()
    {
        _engine.IsUnavailable = true;
        var circuit = Circuit();
        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(circuit, "1")).Outcome);
        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Read, Terms)));

        _engine.IsUnavailable = false;
        Assert.True((await WriteAsync(circuit, "2")).IsOk);
        Assert.Equal("2", await EngineValueAsync());
        Assert.Equal("2", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task WriteAsync_VaultThatHangs_IsNotWaitedFor()
    {
        var circuit = Circuit();
        _vault.Hangs = true;

        var writing = WriteAsync(circuit, "1");
        Assert.True(writing.IsCompleted);
        Assert.True((await WriteAsync(circuit, "2", (await writing).Version)).IsOk);
        Assert.Equal(0, _vault.Saves);
    }

    [Fact]
    public async Task WriteAsync_ManyWhileAsManySavesAreUnderWayAsMayBe_OnlyTheNewestOfTheNextOnesIsSaved()
    {
        var circuit = Circuit();
        var gate = _vault.Gate = new();
        var version = (await WriteAsync(circuit, "0")).Version;
        for (var i = 1; i <= 40; i++)
        {
            version = (await WriteAsync(circuit, $"{i}", version)).Version;
        }

        Assert.Equal(16, _vault.Begun);
        _vault.Gate = null;
        gate.SetResult();
        await Wait.UntilAsync(() => _vault.Saves == 17, "one save more");
        _engine.LoseEverything();
        Assert.Equal("40", Value(await Circuit().OpenAsync(_id, StashOpenMode.Read, Terms)));
    }

    /// <summary>Else what the page was told is saved is gone when all servers are killed before the answer to the copy before has come.</summary>
    [Fact]
    public async Task WriteAsync_CopyBeforeIsNotAnsweredYet_ThisOneSetsOutBeforeThePageIsTold()
    {
        var circuit = Circuit();
        _vault.Gate = new();
        var version = (await WriteAsync(circuit, "1")).Version;

        Assert.True((await WriteAsync(circuit, "2", version)).IsOk);

        Assert.Equal(2, _vault.Begun);
    }

    [Fact]
    public async Task TouchAsync_CopyThatCouldNotBeSaved_IsSavedThen()
    {
        var circuit = Circuit();
        _vault.IsGone = true;
        var version = (await WriteAsync(circuit, "1")).Version;
        _vault.IsGone = false;

        Assert.Equal(version, (await circuit.TouchAsync(_id, 1, Terms)).Version);

        _engine.LoseEverything();
        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task TouchAsync_WhileThePageIsOpen_TheCopyDoesNotExpire()
    {
        var circuit = Circuit();
        await WriteAsync(circuit, "1");
        for (var quarter = 0; quarter < 12; quarter++)
        {
            _time.Advance(Terms.TimeToLive / 4);
            Assert.True((await circuit.TouchAsync(_id, 1, Terms)).IsOk);
        }

        // With each of them, and not more often: a copy counts its time from when it was sent.
        Assert.Equal(13, _vault.Saves);
        _engine.LoseEverything();
        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task OpenAsync_Read_ChangesNeither()
    {
        await CreateAsync("5");
        var saves = _vault.Saves;
        _engine.LoseEverything();

        Assert.Equal("5", Value(await Circuit().OpenAsync(_id, StashOpenMode.Read, Terms)));

        Assert.Null(await _engine.ContentAsync(_id));
        Assert.Equal(saves, _vault.Saves);
    }

    [Fact]
    public async Task OpenAsync_VaultThatHangs_TheEnginesStateComesWithinTheTimeout()
    {
        await CreateAsync("5");
        _vault.Hangs = true;

        var opening = Circuit().OpenAsync(_id, StashOpenMode.Own, Terms).AsTask();
        _time.Advance(LiveStashOptions.DefaultEngineTimeout);

        Assert.Equal("5", Value(await opening.WaitAsync(Wait.Limit)));
    }

    [Fact]
    public async Task OpenAsync_EngineThatGivesEntriesInAnotherOrder_TheCopyCanBeReadAgain()
    {
        var circuit = Circuit();
        await circuit.WriteAsync(_id, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("b", "2"u8.ToArray()), new("a", "1"u8.ToArray())], Terms = Terms });
        var reversing = TokenParts.Fallback(new Reversing(_engine), _vault, _tokens, _time, _logs);
        var opened = await reversing.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.True((await reversing.WriteAsync(_id, new() { Epoch = opened.Epoch, BaseVersion = opened.Version, Changed = [new("c", "3"u8.ToArray())], Terms = Terms })).IsOk);
        _engine.LoseEverything();

        Assert.Equal(["a", "b", "c"], (await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)).Entries.Select(entry => entry.Name));
    }

    private FallbackEngine Circuit() => TokenParts.Fallback(_engine, _vault, _tokens, _time, _logs);

    private Task<StashResult> CreateAsync(string value) => WriteAsync(Circuit(), value);

    private Task<StashResult> WriteAsync(FallbackEngine circuit, string value, long version = 0, long epoch = 1) => circuit.WriteAsync(_id, new()
    {
        Epoch = epoch,
        BaseVersion = version,
        Replace = version == 0,
        Changed = [new("entry", Encoding.UTF8.GetBytes(value))],
        Terms = Terms,
    }).AsTask();

    private async Task<string?> EngineValueAsync() => (await _engine.ContentAsync(_id))?["entry"];

    private static string Value(StashOpenResult opened) => Encoding.UTF8.GetString(Assert.Single(opened.Entries).Value.Span);

    private sealed class Reversing(IStashEngine inner) : IStashEngine
    {
        public async ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
        {
            var opened = await inner.OpenAsync(id, mode, terms, cancellationToken);
            return opened with { Entries = [.. opened.Entries.Reverse()] };
        }

        public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) => inner.WriteAsync(id, write, cancellationToken);

        public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) => inner.TouchAsync(id, epoch, terms, cancellationToken);

        public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) => inner.ClearAsync(id, epoch, cancellationToken);
    }
}
