using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Engines;

/// <summary>The engine holds a later version of the same epoch than the one that is written over: it stays, and nobody is stuck.</summary>
public sealed partial class FallbackEngineTests
{
    /// <summary>Both have found nothing in the engine, so that their epochs are the same.</summary>
    [Fact]
    public async Task OpenAsync_EngineLostAndAnotherPageHasSavedBeforeTheCopyIsWrittenBack_ThatStays()
    {
        await CreateAsync("5");
        _engine.LoseEverything();
        var engine = new Meanwhile(_engine, async () =>
        {
            var other = Circuit();
            var its = await other.OpenAsync(_id, StashOpenMode.Own, Terms);
            Assert.True((await WriteAsync(other, "9", its.Version, its.Epoch)).IsOk);
        });
        var circuit = TokenParts.Fallback(engine, _vault, _tokens, _time, _logs);

        var opened = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal((StashOutcome.Ok, true, "5"), (opened.Outcome, opened.IsProvisional, Value(opened)));
        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync(circuit, "6", opened.Version, opened.Epoch)).Outcome);
        Assert.Equal("9", await EngineValueAsync());
        var again = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((false, "9"), (again.IsProvisional, Value(again)));
        Assert.True((await WriteAsync(circuit, "10", again.Version, again.Epoch)).IsOk);
    }

    [Fact]
    public async Task WriteAsync_CopyIsAheadAndTheEngineEvenMore_VersionMismatchThatAReplaceSettles()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "1")).Version;
        _engine.IsUnavailable = true;
        await WriteAsync(circuit, "2", version);
        _engine.IsUnavailable = false;
        await _engine.PutAsync(_id, Whole("late", version + 3));

        var refused = await WriteAsync(circuit, "2", version);

        Assert.Equal((StashOutcome.VersionMismatch, version + 4, "late"), (refused.Outcome, refused.Version, await EngineValueAsync()));
        var settled = await circuit.WriteAsync(_id, Whole("2", refused.Version));
        Assert.Equal((StashOutcome.Ok, "2"), (settled.Outcome, await EngineValueAsync()));
        Assert.True((await WriteAsync(circuit, "3", settled.Version)).IsOk);
        _engine.LoseEverything();
        Assert.Equal("3", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task WriteAsync_ReplaceAfterAClear_IsANewStashOfAHigherVersionThanAnyCopyHas()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "1")).Version;
        version = (await WriteAsync(circuit, "2", version)).Version;
        Assert.True((await circuit.ClearAsync(_id, 1)).IsOk);

        var made = await circuit.WriteAsync(_id, Whole("3", 0));

        Assert.True(made.IsOk && made.Version > version);
        _engine.LoseEverything();
        Assert.Equal("3", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    /// <summary>What goes on under an id of its own has sent its copy ahead.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteAsync_FirstOneOfWhatWasSavedUnderAnotherId_TheCopyStaysUnlessTheEngineRefuses(bool isRefused)
    {
        using var engine = new FaultyStashEngine(_time, isRefused ? new() { MaxStashBytes = 1 } : null) { IsUnavailable = !isRefused };
        var circuit = TokenParts.Fallback(engine, _vault, _tokens, _time, _logs);

        var result = await circuit.WriteAsync(_id, Whole("5", 7));

        Assert.Equal(isRefused ? StashOutcome.TooLarge : StashOutcome.Unavailable, result.Outcome);
        Assert.Equal(1, _vault.Saves);
        Assert.Equal(isRefused ? 0 : 1, _vault.Count);
        Assert.Equal(isRefused ? StashOutcome.NotFound : StashOutcome.Ok, (await Circuit().OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);
    }

    private static StashWrite Whole(string value, long version) => new()
    {
        Epoch = 1,
        BaseVersion = version,
        Replace = true,
        Changed = [new("entry", System.Text.Encoding.UTF8.GetBytes(value))],
        Terms = Terms,
    };

    /// <summary>Somebody else comes before its first write.</summary>
    private sealed class Meanwhile(IStashEngine inner, Func<Task> before) : IStashEngine
    {
        private Func<Task>? _before = before;

        public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default) => inner.OpenAsync(id, mode, terms, cancellationToken);

        public async ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default)
        {
            await (Interlocked.Exchange(ref _before, null)?.Invoke() ?? Task.CompletedTask);
            return await inner.WriteAsync(id, write, cancellationToken);
        }

        public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) => inner.TouchAsync(id, epoch, terms, cancellationToken);

        public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) => inner.ClearAsync(id, epoch, cancellationToken);
    }
}
